"""Every audit log entry of a Red Hat Quay registry, proven against Quay's own counts.

    Quay --quay--> entries --extract--> lake (Parquet + windows) --warehouse--> stg_ -> int_ -> mart_ --detect--> cases
                                                                                                 \\--> reports, exports

`custody` seals what reports write, `nightly` does all of it every night, `demo` is a Quay to do it on. Each arrow is a
package here, in the order data flows; `cli` is the only one that reads the environment and prints.
"""

__version__ = "0.1.0"
