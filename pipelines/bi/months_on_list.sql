-- For how many months have the families that are on the newest list been on it, gaps not counted?
WITH newest AS (SELECT max(month_key) AS month_key FROM dim_month),
listed AS (
    SELECT pack_key, family_key, count(*) AS months, bool_or(fact.month_key = newest.month_key) AS is_on
    FROM fact_identification AS fact, newest
    WHERE fact.listed
    GROUP BY ALL
)
SELECT pack_key AS pack, months, count(*) AS families
FROM listed WHERE is_on
GROUP BY ALL
ORDER BY pack, months;
