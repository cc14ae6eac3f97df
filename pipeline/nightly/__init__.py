"""One night: extract, verify, inventory, build, detect, report, notify, in one process that minds one lake.

    plan --> lock --> journal: begun --> each step, and the journal of it --> summary, metrics --> journal: ended

A step that fails hides no other: what comes after it works on what the lake has. The next night makes good what this
one left.
"""
