"""The page, ``index.html``: its data, the tables that are there without script, and the one file made of all of it."""
