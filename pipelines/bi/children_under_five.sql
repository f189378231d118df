-- How many children under five, and under eighteen, live in families on the list, in each month, pack and district?
SELECT month.month, fact.pack_key AS pack, district.district,
       count(*) AS families,
       count(*) FILTER (fact.n_children_u5 > 0) AS families_with_under_fives,
       sum(fact.n_children_u5)::BIGINT AS children_under_5,
       sum(fact.n_children_u18)::BIGINT AS children_under_18
FROM fact_identification AS fact
JOIN dim_month AS month USING (month_key)
JOIN dim_district AS district USING (district_key)
WHERE fact.listed
GROUP BY ALL
ORDER BY month.month, pack, district.district;
