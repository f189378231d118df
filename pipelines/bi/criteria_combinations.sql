-- Which combinations of criteria do the families on the list meet, in each month and pack?
SELECT month.month, fact.pack_key AS pack, coalesce(fact.criteria_true, 'none') AS criteria, count(*) AS families,
       sum(fact.n_children_u18)::BIGINT AS children
FROM fact_identification AS fact
JOIN dim_month AS month USING (month_key)
WHERE fact.listed
GROUP BY ALL
ORDER BY month.month, pack, families DESC, criteria;
