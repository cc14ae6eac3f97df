"""One screen a module; each has `show`, which draws it."""
