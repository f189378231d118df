-- The tables of the star as views, for the other files of this folder: run it once, in the folder that `fwt star` wrote
-- (or after SET file_search_path = 'that folder').
CREATE OR REPLACE VIEW dim_month AS SELECT * FROM read_parquet('dim_month.parquet');
CREATE OR REPLACE VIEW dim_date AS SELECT * FROM read_parquet('dim_date.parquet');
CREATE OR REPLACE VIEW dim_district AS SELECT * FROM read_parquet('dim_district.parquet');
CREATE OR REPLACE VIEW dim_locality AS SELECT * FROM read_parquet('dim_locality.parquet');
CREATE OR REPLACE VIEW dim_pack AS SELECT * FROM read_parquet('dim_pack.parquet');
CREATE OR REPLACE VIEW dim_criterion AS SELECT * FROM read_parquet('dim_criterion.parquet');
CREATE OR REPLACE VIEW dim_source AS SELECT * FROM read_parquet('dim_source.parquet');
CREATE OR REPLACE VIEW dim_route AS SELECT * FROM read_parquet('dim_route.parquet');
CREATE OR REPLACE VIEW dim_status AS SELECT * FROM read_parquet('dim_status.parquet');
CREATE OR REPLACE VIEW dim_change AS SELECT * FROM read_parquet('dim_change.parquet');
CREATE OR REPLACE VIEW dim_family AS SELECT * FROM read_parquet('dim_family.parquet');
CREATE OR REPLACE VIEW dim_target AS SELECT * FROM read_parquet('dim_target.parquet');
CREATE OR REPLACE VIEW fact_identification AS SELECT * FROM read_parquet('fact_identification/*/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW fact_criterion AS SELECT * FROM read_parquet('fact_criterion/*/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW fact_event_flag AS SELECT * FROM read_parquet('fact_event_flag/*/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW fact_change AS SELECT * FROM read_parquet('fact_change/*/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW fact_target AS SELECT * FROM read_parquet('fact_target/*/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW fact_feed AS SELECT * FROM read_parquet('fact_feed/*/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW fact_data_quality AS SELECT * FROM read_parquet('fact_data_quality/*/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW fact_linkage_quality AS SELECT * FROM read_parquet('fact_linkage_quality/*/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW fact_run AS SELECT * FROM read_parquet('fact_run/*/*.parquet', hive_partitioning = false);
