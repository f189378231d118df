-- How far along are we towards each target: families found so far, of all and of those that are paid for, and against a straight line to its end?
WITH found AS (
    -- The first month in which a family was on the list of the target's pack, within the target's time.
    SELECT target.target_key, fact.family_key, min(month.month_key) AS month_key
    FROM dim_target AS target
    JOIN fact_identification AS fact ON fact.pack_key = target.pack_key AND fact.listed
    JOIN dim_month AS month ON month.month_key = fact.month_key AND month.last_day BETWEEN target.starts AND target.ends
    GROUP BY ALL
), listed AS (
    SELECT month_key, target_key, sum(families_listed)::BIGINT AS families_listed FROM fact_target GROUP BY ALL
)
SELECT month.month, target.target_key AS target, target.families AS families_to_find, target.funded_families, listed.families_listed AS on_the_list_now,
       count(found.family_key) AS found_so_far,
       round(count(found.family_key) / target.families, 3) AS share_found,
       round(least(1, count(found.family_key) / target.funded_families), 3) AS share_of_funded,
       round(target.families * date_diff('day', target.starts, month.last_day + 1) / date_diff('day', target.starts, target.ends + 1))::BIGINT AS straight_line
FROM dim_target AS target
JOIN listed USING (target_key)
JOIN dim_month AS month ON month.month_key = listed.month_key AND month.last_day BETWEEN target.starts AND target.ends
LEFT JOIN found ON found.target_key = target.target_key AND found.month_key <= month.month_key
GROUP BY ALL
ORDER BY month.month, target;
