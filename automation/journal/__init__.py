"""What is remembered of every click, on a database that one or many users share."""
