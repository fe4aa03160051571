"""A label's schedule: from its spreadsheet to one suite per release, again and again."""
