-- How many families are on the list in each month, pack and district?
SELECT month.month, pack.pack_key AS pack, district.district_key, district.district,
       count(*) FILTER (fact.listed) AS families
FROM fact_identification AS fact
JOIN dim_month AS month USING (month_key)
JOIN dim_pack AS pack USING (pack_key)
JOIN dim_district AS district USING (district_key)
GROUP BY ALL
ORDER BY month.month, any_value(pack.position), any_value(district.in_county) DESC, district.district;
