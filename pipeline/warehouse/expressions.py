"""Regular expressions, asked of the engine that will run them: others of its kind take what it does not."""

from functools import lru_cache

import duckdb


@lru_cache(maxsize=1024)
def refusal_of_expression(expression: str) -> str | None:
    """Why the engine cannot run a regular expression; None where it can."""
    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
        try:
            connection.execute("select regexp_matches('', $expression)", {"expression": expression})
        except duckdb.Error as error:
            return " ".join(str(error).split()).partition(": ")[2]
    return None
