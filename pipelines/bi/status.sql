-- Where do the families that are on the list, or have a status, stand with the service, and which did people accept, in each month and pack?
SELECT month.month, fact.pack_key AS pack, status.status_key AS status, count(*) AS families,
       count(*) FILTER (fact.listed) AS on_the_list,
       count(*) FILTER (fact.decision = 'accepted') AS accepted,
       count(*) FILTER (fact.decision = 'rejected') AS rejected
FROM fact_identification AS fact
JOIN dim_month AS month USING (month_key)
JOIN dim_status AS status USING (status_key)
GROUP BY ALL
ORDER BY month.month, pack, any_value(status.position);
