-- By which routes do families come to be on the list, near it or not, in each month and pack?
SELECT month.month, fact.pack_key AS pack, route.route_key AS route, route.listed, count(*) AS families
FROM fact_identification AS fact
JOIN dim_month AS month USING (month_key)
JOIN dim_route AS route USING (route_key)
GROUP BY ALL
ORDER BY month.month, pack, any_value(route.position);
