"""What a phone does with a URL: pure rules, no browser, no network."""
