-- How many families joined the list, stayed on it and left it, in each month but the first?
WITH months AS (
    SELECT month_key, month, row_number() OVER (ORDER BY month_key) AS nth FROM dim_month
), listed AS (
    SELECT months.nth, fact.pack_key, fact.family_key FROM fact_identification AS fact JOIN months USING (month_key) WHERE fact.listed
), pairs AS (
    SELECT coalesce(now.nth, before.nth + 1) AS nth, coalesce(now.pack_key, before.pack_key) AS pack,
           now.family_key IS NOT NULL AS is_on, before.family_key IS NOT NULL AS was_on
    FROM listed AS now
    FULL JOIN listed AS before ON before.nth = now.nth - 1 AND before.pack_key = now.pack_key AND before.family_key = now.family_key
)
SELECT months.month, pairs.pack,
       count(*) FILTER (is_on AND NOT was_on) AS joined,
       count(*) FILTER (is_on AND was_on) AS stayed,
       count(*) FILTER (was_on AND NOT is_on) AS "left"
FROM pairs JOIN months USING (nth)
WHERE nth > 1
GROUP BY ALL
ORDER BY months.month, pairs.pack;
