"""Small pieces of syntax that rules are made of."""

from sqlglot import exp


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of one of Spark's functions."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def text(words: str) -> exp.Expr:
    """A literal text."""
    return exp.Literal.string(words)


def number(value: int) -> exp.Expr:
    """A literal whole number."""
    return exp.Literal.number(value)


def cast(node: exp.Expr, kind: str) -> exp.Expr:
    """The node as one of Spark's types."""
    return exp.Cast(this=node, to=exp.DataType.build(kind, dialect="spark"))


def enclosed(node: exp.Expr) -> exp.Expr:
    """The node in parentheses, so that what stands around it cannot take a part of it."""
    return exp.Paren(this=node)


def is_not_null(node: exp.Expr) -> exp.Expr:
    """A copy of the node, compared."""
    return exp.Not(this=exp.Is(this=node.copy(), expression=exp.Null()))
