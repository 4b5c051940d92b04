"""Topics, pumps and event streams; knows nothing of Heroku nor of Django."""
