"""The same models on a Spark Connect server: what of SQL both engines read alike, how it is spelled there, and the door.

`subset` says what a query may hold, `dialect` turns it into Spark's words (one rule a construct, in `values`,
`times` and `documents`), `server` is the only place that talks to a server, `days` makes days there.
"""
