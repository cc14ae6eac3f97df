"""What a registry holds, besides its log: who and what is there, as far as the token may see.

`tables` says what there is, `rows` what is kept of it, `documents` what is decoded for that; `lists` asks,
and `conversions` turns documents into rows. Where an answer can be had without a secret, it is asked for so.
"""
