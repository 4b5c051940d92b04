"""The interactive console: a program at a terminal in a temporary copy of an app, held by the server, shown in a browser."""
