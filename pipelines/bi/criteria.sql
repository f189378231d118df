-- How many families with a child meet each criterion, and for how many is it unknown, in each month?
SELECT month.month, criterion.pack_key AS pack, criterion.criterion, criterion.title,
       count(*) FILTER (fact.value = 'true') AS met,
       count(*) FILTER (fact.value = 'unknown') AS unknown,
       count(*) FILTER (fact.value = 'false') AS not_met
FROM fact_criterion AS fact
JOIN dim_month AS month USING (month_key)
JOIN dim_criterion AS criterion USING (criterion_key)
WHERE fact.with_child
GROUP BY month.month, criterion.pack_key, criterion.criterion, criterion.title, criterion.position
ORDER BY month.month, pack, criterion.position;
