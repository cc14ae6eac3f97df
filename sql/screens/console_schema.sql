-- title = "What can be asked: every table of the warehouse, its columns, and what they mean"
-- reads = []
--
-- [columns]
-- table_name = "the table or view"
-- table_meaning = "what it holds, and of what one row is"
-- column_name = "the column"
-- column_type = "DuckDB's word for its type"
-- column_meaning = "what it means"
with relations as (
    select
        table_name as relation_name,
        comment as relation_meaning
    from duckdb_tables()
    where database_name = 'warehouse'
    union all
    select
        view_name as relation_name,
        comment as relation_meaning
    from duckdb_views()
    where
        database_name = 'warehouse'
        and not internal
)

select
    relations.relation_name as table_name,
    relations.relation_meaning as table_meaning,
    described.column_name,
    described.data_type as column_type,
    described.comment as column_meaning
from relations
inner join duckdb_columns() as described
    on
        relations.relation_name = described.table_name
        and described.database_name = 'warehouse'
order by
    relations.relation_name asc,
    described.column_index asc
