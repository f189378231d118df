-- What does the evidence on the families on the list consist of, from which feeds, and how old is it, in each month and pack?
SELECT month.month, flag.pack_key AS pack, criterion.criterion, flag.kind, flag.source_key AS feed,
       count(*) AS pieces, count(DISTINCT flag.family_key) AS families,
       median(date_diff('day', flag.event_from, month.reference_date)) AS median_age_days
FROM fact_event_flag AS flag
JOIN fact_identification AS fact USING (month_key, family_key, pack_key)
JOIN dim_month AS month USING (month_key)
JOIN dim_criterion AS criterion USING (criterion_key)
WHERE fact.listed
GROUP BY ALL
ORDER BY month.month, pack, criterion.criterion, pieces DESC, flag.kind, feed;
