-- Which families joined, left, moved, merged or split in each month and pack, and for which cause?
SELECT month.month, change.pack_key AS pack, change.change_key AS change, change.cause, criterion.criterion, change.rule,
       count(*) AS families, count(*) FILTER (change.listed) AS on_the_list, count(*) FILTER (change.listed_before) AS on_the_list_before
FROM fact_change AS change
JOIN dim_month AS month USING (month_key)
JOIN dim_change AS kind USING (change_key)
LEFT JOIN dim_criterion AS criterion USING (criterion_key)
WHERE change.change_key <> 'STILL'
GROUP BY ALL
ORDER BY month.month, pack, any_value(kind.position), families DESC, change.cause, criterion.criterion, change.rule;
