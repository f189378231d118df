-- How high is the need of the families on the list: lower quartile, median and upper quartile of the priority points, in each month, pack and district?
SELECT month.month, fact.pack_key AS pack, district.district, count(*) AS families,
       quantile_cont(fact.priority_points, 0.25) AS lower_quartile,
       median(fact.priority_points) AS median_points,
       quantile_cont(fact.priority_points, 0.75) AS upper_quartile
FROM fact_identification AS fact
JOIN dim_month AS month USING (month_key)
JOIN dim_district AS district USING (district_key)
WHERE fact.listed
GROUP BY ALL
ORDER BY month.month, pack, district.district;
