"""What dropcheck costs, measured beside what a person would write instead; see ``README.md`` here."""
