"""The apps we look after, the connection to Heroku, shared readings, the state in one sentence."""
