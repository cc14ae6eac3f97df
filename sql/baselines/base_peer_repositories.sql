-- title = "Which repositories the people pull who are most like each person"
-- grain = ["performer_name", "repository"]
-- reads = ["base_performer_habits", "base_performers"]
-- units = "the 60 days before the day judged; shares are of the person's peers"
-- source = "the twenty people with the nearest sets of repositories (cosine, rare repositories weigh more)"
--
-- [columns]
-- performer_name = "the person"
-- repository = "a repository that a peer pulls, namespace/name"
-- peer_count = "peers that pull it"
-- peer_share = "peers that pull it, of all peers of the person"
-- peers = "peers of the person: twenty at most"
-- similarity = "how near the nearest peer is that pulls it, 0 to 1"
with pulls as (
    select
        habits.performer_name,
        habits.habit_value as repository,
        habits.day_count,
        habits.last_day
    from base_performer_habits as habits
    inner join base_performers as performers on habits.performer_name = performers.performer_name
    where
        habits.habit = 'repository'
        and habits.last_day >= $day - 60
        and performers.performer_kind = 'user'
),

people as (
    select count(distinct performer_name) as person_count
    from pulls
),

repositories as (
    select
        pulls.repository,
        count(*) as puller_count,
        ln((people.person_count + 1) / greatest(count(*), 1)) as weight
    from pulls
    cross join people
    group by
        pulls.repository,
        people.person_count
),

norms as (
    select
        pulls.performer_name,
        sqrt(sum(repositories.weight * repositories.weight)) as norm
    from pulls
    inner join repositories on pulls.repository = repositories.repository
    group by pulls.performer_name
),

-- What many pull tells little and costs most: each person is compared by the rarest it shares, at most a
-- hundred repositories of at most sixty people.
ranked_pulls as (
    select
        pulls.performer_name,
        pulls.repository,
        repositories.weight,
        row_number() over (
            partition by pulls.performer_name
            order by repositories.puller_count, pulls.repository
        ) as place
    from pulls
    inner join repositories on pulls.repository = repositories.repository
    where
        repositories.puller_count >= 2
        and repositories.puller_count <= 60
),

compared_pulls as (
    select
        performer_name,
        repository,
        weight
    from ranked_pulls
    where place <= 100
),

pairs as (
    select
        ours.performer_name,
        theirs.performer_name as peer_name,
        sum(ours.weight * theirs.weight) as product
    from compared_pulls as ours
    inner join compared_pulls as theirs
        on
            ours.repository = theirs.repository
            and ours.performer_name <> theirs.performer_name
    group by
        ours.performer_name,
        theirs.performer_name
),

ranked_pairs as (
    select
        pairs.performer_name,
        pairs.peer_name,
        pairs.product / nullif(own_norms.norm * peer_norms.norm, 0) as similarity,
        row_number() over (
            partition by pairs.performer_name
            -- Rounded, or the order of summing would choose between peers that are equally near.
            order by
                round(pairs.product / nullif(own_norms.norm * peer_norms.norm, 0), 9) desc,
                pairs.peer_name asc
        ) as place
    from pairs
    inner join norms as own_norms on pairs.performer_name = own_norms.performer_name
    inner join norms as peer_norms on pairs.peer_name = peer_norms.performer_name
),

peers as (
    select
        performer_name,
        peer_name,
        similarity,
        count(*) over (partition by performer_name) as peer_count
    from ranked_pairs
    where place <= 20
),

usual_pulls as (
    select
        performer_name,
        repository,
        row_number() over (
            partition by performer_name
            order by day_count desc, last_day desc, repository asc
        ) as place
    from pulls
)

select
    peers.performer_name,
    usual_pulls.repository,
    count(*) as peer_count,
    count(*) / greatest(max(peers.peer_count), 1) as peer_share,
    max(peers.peer_count) as peers,
    round(max(peers.similarity), 9) as similarity
from peers
inner join usual_pulls on peers.peer_name = usual_pulls.performer_name
where usual_pulls.place <= 300
group by
    peers.performer_name,
    usual_pulls.repository
