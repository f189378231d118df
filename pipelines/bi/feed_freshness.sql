-- Which feeds were fresh, stale or missing in each month, how old were they, and how much was set aside?
SELECT month.month, source.source_key AS feed, source.agency, fact.state, fact.age_days, source.valid_days,
       fact.rows_read, fact.rows_set_aside, round(fact.rows_set_aside / nullif(fact.rows_read, 0), 5) AS share_set_aside
FROM fact_feed AS fact
JOIN dim_month AS month USING (month_key)
JOIN dim_source AS source USING (source_key)
ORDER BY month.month, fact.state = 'fresh', fact.state = 'stale', feed;
