-- How far along are we towards each target: families found so far, of all and of those that are paid for, and against a straight line to its end?
WITH months AS (
    -- The months within the time of each target.
    SELECT target.*, month.month, month.month_key, month.last_day
    FROM dim_target AS target JOIN dim_month AS month ON month.last_day BETWEEN target.starts AND target.ends
), found AS (
    -- The first of these months in which a family was on the list of the target's pack.
    SELECT months.target_key, fact.family_key, min(months.month_key) AS month_key
    FROM months JOIN fact_identification AS fact ON fact.month_key = months.month_key AND fact.pack_key = months.pack_key AND fact.listed
    GROUP BY ALL
), progress AS (
    SELECT months.target_key, months.month_key, count(found.family_key) AS found_so_far
    FROM months LEFT JOIN found ON found.target_key = months.target_key AND found.month_key <= months.month_key
    GROUP BY ALL
), listed AS (
    SELECT target_key, month_key, sum(families_listed)::BIGINT AS on_the_list_now,
           sum(families_identified)::BIGINT AS identified, sum(families_assessed)::BIGINT AS assessed,
           sum(families_attached)::BIGINT AS attached, sum(families_turned_around)::BIGINT AS turned_around,
           sum(families_claimed)::BIGINT AS claimed, sum(families_counted)::BIGINT AS counted,
           sum(families_planned)::BIGINT AS planned
    FROM fact_target GROUP BY ALL
)
SELECT months.month, months.target_key AS target, months.families AS families_to_find, months.funded_families,
       listed.on_the_list_now, progress.found_so_far,
       listed.identified, listed.assessed, listed.attached, listed.turned_around, listed.claimed,
       months.counts AS step_that_counts, listed.counted, listed.planned,
       greatest(0, listed.planned - listed.counted) AS shortfall,
       round(progress.found_so_far / months.families, 3) AS share_found,
       round(least(1, progress.found_so_far / months.funded_families), 3) AS share_of_funded,
       round(months.families * date_diff('day', months.starts, months.last_day + 1)
             / date_diff('day', months.starts, months.ends + 1))::BIGINT AS straight_line
FROM months
JOIN progress USING (target_key, month_key)
LEFT JOIN listed USING (target_key, month_key)
ORDER BY months.month, target;
