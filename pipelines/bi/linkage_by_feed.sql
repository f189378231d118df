-- Which share of each feed's records belongs to persons whom another feed knows too, in each month?
SELECT month.month, source.source_key AS feed, source.agency, fact.records, fact.persons,
       round(fact.records_in_other_feeds / nullif(fact.records, 0), 4) AS share_in_other_feeds,
       fact.pairs_to_review, fact.pairs_prevented
FROM fact_linkage_quality AS fact
JOIN dim_month AS month USING (month_key)
JOIN dim_source AS source USING (source_key)
ORDER BY month.month, share_in_other_feeds, feed;
