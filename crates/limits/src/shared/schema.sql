-- Version 1. Names of functions carry the version, so that replicas of two versions can share a database during an
-- upgrade.
--
-- The rules are those of `account.rs`, in the same words; a test holds the two against each other. Every function
-- locks in the same order: the replica's own row, accounts by name, reservations; so none can wait for another in a
-- circle.

-- A process that reserves, for as long as `until` by this server's clock.
CREATE TABLE comity_limits_replica (
    replica text COLLATE "C" PRIMARY KEY,
    -- Counts the starts under this name.
    epoch bigint NOT NULL,
    until timestamptz NOT NULL,
    -- The latest batch of charges that is counted, so that one sent twice counts once.
    charged_through bigint NOT NULL DEFAULT 0
);

-- What is in use of the limits of one subject. Buckets: steps missing (60000 to a unit) at a time in milliseconds
-- since 1970.
CREATE TABLE comity_limits_account (
    subject text COLLATE "C" PRIMARY KEY,
    requests_drained bigint NOT NULL DEFAULT 0,
    requests_at bigint NOT NULL DEFAULT 0,
    tokens_drained bigint NOT NULL DEFAULT 0,
    tokens_at bigint NOT NULL DEFAULT 0,
    live bigint NOT NULL DEFAULT 0,
    day integer NOT NULL DEFAULT 0,
    day_spent bigint NOT NULL DEFAULT 0,
    day_reserved bigint NOT NULL DEFAULT 0,
    month integer NOT NULL DEFAULT 0,
    month_spent bigint NOT NULL DEFAULT 0,
    month_reserved bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- A request under way, and what it took of which accounts.
CREATE TABLE comity_limits_reservation (
    replica text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    id bigint NOT NULL,
    tokens bigint NOT NULL,
    cost bigint NOT NULL,
    -- The replica seemed dead, so the estimate was charged. Kept for its word, should it live after all.
    charged boolean NOT NULL DEFAULT false,
    subjects text[] NOT NULL,
    requests_per_minute bigint[] NOT NULL,
    tokens_per_minute bigint[] NOT NULL,
    days integer[] NOT NULL,
    months integer[] NOT NULL,
    PRIMARY KEY (replica, epoch, id)
);

CREATE FUNCTION comity_limits_refill_1(p_drained bigint, p_at bigint, p_limit bigint, p_now bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_limit IS NULL OR p_limit = 0 THEN p_drained
        WHEN greatest(p_now - p_at, 0) > p_drained / p_limit THEN 0
        ELSE p_drained - greatest(p_now - p_at, 0) * p_limit
    END
$$;

-- Keeps what is counted within what `bigint` can add up.
CREATE FUNCTION comity_limits_clamp_1(p_value numeric) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT least(greatest(p_value, 0), 1000000000000000000)::bigint
$$;

-- Locks the accounts of these subjects, in order, and makes those that there are not yet.
CREATE FUNCTION comity_limits_lock_1(p_subjects text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM unnest(p_subjects) AS u (subject)
        WHERE NOT EXISTS (SELECT FROM comity_limits_account a WHERE a.subject = u.subject)
    ) THEN
        INSERT INTO comity_limits_account (subject)
            SELECT DISTINCT u.subject COLLATE "C" FROM unnest(p_subjects) AS u (subject) ORDER BY 1
            ON CONFLICT DO NOTHING;
    END IF;
    PERFORM 1 FROM comity_limits_account a WHERE a.subject = ANY (p_subjects) ORDER BY a.subject FOR UPDATE;
END
$$;

-- Takes what a request needs of all its subjects, or of none. Gives the accounts as they were found, by name.
CREATE FUNCTION comity_limits_reserve_1(
    p_replica text, p_epoch bigint, p_id bigint,
    p_now bigint, p_day integer, p_month integer,
    p_tokens bigint, p_cost bigint,
    p_subjects text[], p_requests_per_minute bigint[], p_tokens_per_minute bigint[],
    p_concurrent bigint[], p_spend_per_day bigint[], p_spend_per_month bigint[]
) RETURNS TABLE (
    o_granted boolean,
    o_requests_drained bigint, o_requests_at bigint, o_tokens_drained bigint, o_tokens_at bigint, o_live bigint,
    o_day integer, o_day_spent bigint, o_day_reserved bigint,
    o_month integer, o_month_spent bigint, o_month_reserved bigint
)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM comity_limits_replica r WHERE r.replica = p_replica AND r.epoch = p_epoch;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'superseded' USING ERRCODE = 'CL001';
    END IF;
    PERFORM comity_limits_lock_1(p_subjects);
    RETURN QUERY
    WITH found AS (
        SELECT
            a.subject, u.rpm, u.tpm, u.concurrent, u.per_day, u.per_month, a.live,
            comity_limits_refill_1(a.requests_drained, a.requests_at, u.rpm, p_now) AS requests_drained,
            CASE WHEN u.rpm IS NULL THEN a.requests_at ELSE greatest(a.requests_at, p_now) END AS requests_at,
            comity_limits_refill_1(a.tokens_drained, a.tokens_at, u.tpm, p_now) AS tokens_drained,
            CASE WHEN u.tpm IS NULL THEN a.tokens_at ELSE greatest(a.tokens_at, p_now) END AS tokens_at,
            greatest(a.day, p_day) AS day,
            CASE WHEN p_day > a.day THEN 0 ELSE a.day_spent END AS day_spent,
            CASE WHEN p_day > a.day THEN 0 ELSE a.day_reserved END AS day_reserved,
            greatest(a.month, p_month) AS month,
            CASE WHEN p_month > a.month THEN 0 ELSE a.month_spent END AS month_spent,
            CASE WHEN p_month > a.month THEN 0 ELSE a.month_reserved END AS month_reserved
        FROM unnest(
            p_subjects, p_requests_per_minute, p_tokens_per_minute, p_concurrent, p_spend_per_day, p_spend_per_month
        ) AS u (subject, rpm, tpm, concurrent, per_day, per_month)
        JOIN comity_limits_account a ON a.subject = u.subject
    ), verdict AS (
        SELECT coalesce(bool_and(
            (f.rpm IS NULL OR f.requests_drained + 60000 <= f.rpm * 60000)
            AND (f.tpm IS NULL OR f.tokens_drained + p_tokens * 60000 <= f.tpm * 60000)
            AND (f.concurrent IS NULL OR f.live < f.concurrent)
            AND (p_cost = 0 OR f.per_day IS NULL OR f.day_spent + f.day_reserved + p_cost <= f.per_day)
            AND (p_cost = 0 OR f.per_month IS NULL OR f.month_spent + f.month_reserved + p_cost <= f.per_month)
        ), true) AS granted FROM found f
    ), booked AS (
        INSERT INTO comity_limits_reservation (
            replica, epoch, id, tokens, cost, subjects, requests_per_minute, tokens_per_minute, days, months
        )
        SELECT
            p_replica, p_epoch, p_id, p_tokens, p_cost, array_agg(f.subject), array_agg(f.rpm), array_agg(f.tpm),
            array_agg(f.day), array_agg(f.month)
        FROM found f, verdict v WHERE v.granted HAVING count(*) > 0
    ), written AS (
        UPDATE comity_limits_account a SET
            requests_drained = comity_limits_clamp_1(
                f.requests_drained + CASE WHEN f.rpm IS NULL THEN 0 ELSE 60000 END),
            requests_at = f.requests_at,
            tokens_drained = comity_limits_clamp_1(
                f.tokens_drained + CASE WHEN f.tpm IS NULL THEN 0 ELSE p_tokens * 60000 END),
            tokens_at = f.tokens_at,
            live = f.live + 1,
            day = f.day, day_spent = f.day_spent, day_reserved = comity_limits_clamp_1(f.day_reserved + p_cost),
            month = f.month, month_spent = f.month_spent,
            month_reserved = comity_limits_clamp_1(f.month_reserved + p_cost)
        FROM found f, verdict v WHERE v.granted AND a.subject = f.subject
    )
    SELECT
        v.granted, f.requests_drained, f.requests_at, f.tokens_drained, f.tokens_at, f.live,
        f.day, f.day_spent, f.day_reserved, f.month, f.month_spent, f.month_reserved
    FROM found f, verdict v ORDER BY f.subject;
END
$$;

-- Ends reservations: replaces the estimate by what was used. `p_void`: not even the request counts. One that there is
-- no more is passed over, so that it does no harm to say so twice.
CREATE FUNCTION comity_limits_settle_1(
    p_replica text, p_epoch bigint,
    p_ids bigint[], p_tokens bigint[], p_costs bigint[], p_void boolean[], p_at bigint[]
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM comity_limits_lock_1(ARRAY(
        SELECT DISTINCT s.subject FROM comity_limits_reservation r, unnest(r.subjects) AS s (subject)
        WHERE r.replica = p_replica AND r.epoch = p_epoch AND r.id = ANY (p_ids)
    ));
    WITH done AS (
        DELETE FROM comity_limits_reservation r
        USING unnest(p_ids, p_tokens, p_costs, p_void, p_at) AS u (id, tokens, cost, void, at)
        WHERE r.replica = p_replica AND r.epoch = p_epoch AND r.id = u.id
        RETURNING
            r.subjects, r.requests_per_minute, r.tokens_per_minute, r.days, r.months, r.tokens, r.cost, r.charged,
            u.tokens AS used_tokens, u.cost AS used_cost, u.void, u.at
    ), part AS (
        SELECT
            s.subject, max(s.rpm) AS rpm, max(s.tpm) AS tpm, max(d.at) AS at,
            count(*) FILTER (WHERE NOT d.charged) AS ended,
            count(*) FILTER (WHERE d.void AND s.rpm IS NOT NULL) AS void,
            coalesce(sum(d.used_tokens - d.tokens) FILTER (WHERE s.tpm IS NOT NULL), 0) AS tokens,
            coalesce(sum(d.cost) FILTER (WHERE s.day = a.day AND NOT d.charged), 0) AS day_freed,
            coalesce(sum(d.used_cost) FILTER (WHERE s.day = a.day), 0)
                - coalesce(sum(d.cost) FILTER (WHERE s.day = a.day AND d.charged), 0) AS day_spent,
            coalesce(sum(d.cost) FILTER (WHERE s.month = a.month AND NOT d.charged), 0) AS month_freed,
            coalesce(sum(d.used_cost) FILTER (WHERE s.month = a.month), 0)
                - coalesce(sum(d.cost) FILTER (WHERE s.month = a.month AND d.charged), 0) AS month_spent
        FROM done d
        CROSS JOIN LATERAL unnest(d.subjects, d.requests_per_minute, d.tokens_per_minute, d.days, d.months)
            AS s (subject, rpm, tpm, day, month)
        JOIN comity_limits_account a ON a.subject = s.subject
        GROUP BY s.subject
    )
    UPDATE comity_limits_account a SET
        requests_drained = CASE WHEN p.void = 0 THEN a.requests_drained ELSE comity_limits_clamp_1(
            comity_limits_refill_1(a.requests_drained, a.requests_at, p.rpm, p.at) - p.void * 60000) END,
        requests_at = CASE WHEN p.void = 0 THEN a.requests_at ELSE greatest(a.requests_at, p.at) END,
        tokens_drained = CASE WHEN p.tpm IS NULL THEN a.tokens_drained ELSE comity_limits_clamp_1(
            comity_limits_refill_1(a.tokens_drained, a.tokens_at, p.tpm, p.at) + p.tokens * 60000) END,
        tokens_at = CASE WHEN p.tpm IS NULL THEN a.tokens_at ELSE greatest(a.tokens_at, p.at) END,
        live = greatest(a.live - p.ended, 0),
        day_reserved = comity_limits_clamp_1(a.day_reserved - p.day_freed),
        day_spent = comity_limits_clamp_1(a.day_spent + p.day_spent),
        month_reserved = comity_limits_clamp_1(a.month_reserved - p.month_freed),
        month_spent = comity_limits_clamp_1(a.month_spent + p.month_spent)
    FROM part p WHERE a.subject = p.subject;
END
$$;

-- Counts money that was spent without a reservation. A batch counts once, however often it is sent.
CREATE FUNCTION comity_limits_charge_1(
    p_replica text, p_epoch bigint, p_batch bigint,
    p_subjects text[], p_days integer[], p_months integer[], p_costs bigint[]
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_through bigint;
    v_item record;
BEGIN
    SELECT r.charged_through INTO v_through FROM comity_limits_replica r
        WHERE r.replica = p_replica AND r.epoch = p_epoch FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'superseded' USING ERRCODE = 'CL001';
    END IF;
    IF v_through >= p_batch THEN
        RETURN;
    END IF;
    UPDATE comity_limits_replica r SET charged_through = p_batch WHERE r.replica = p_replica;
    PERFORM comity_limits_lock_1(p_subjects);
    FOR v_item IN
        SELECT * FROM unnest(p_subjects, p_days, p_months, p_costs) AS u (subject, day, month, cost)
        ORDER BY u.day, u.month
    LOOP
        UPDATE comity_limits_account a SET
            day = greatest(a.day, v_item.day),
            day_spent = comity_limits_clamp_1(CASE WHEN v_item.day > a.day THEN 0 ELSE a.day_spent END
                + CASE WHEN v_item.day >= a.day THEN v_item.cost ELSE 0 END),
            day_reserved = CASE WHEN v_item.day > a.day THEN 0 ELSE a.day_reserved END,
            month = greatest(a.month, v_item.month),
            month_spent = comity_limits_clamp_1(CASE WHEN v_item.month > a.month THEN 0 ELSE a.month_spent END
                + CASE WHEN v_item.month >= a.month THEN v_item.cost ELSE 0 END),
            month_reserved = CASE WHEN v_item.month > a.month THEN 0 ELSE a.month_reserved END
        WHERE a.subject = v_item.subject;
    END LOOP;
END
$$;

-- Reservations whose replica has started anew or has not been heard of within its lease. Nobody knows how they ended,
-- so the estimate is charged, once.
CREATE FUNCTION comity_limits_reap_1() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_replicas text[];
    v_epochs bigint[];
    v_ids bigint[];
BEGIN
    SELECT array_agg(r.replica), array_agg(r.epoch), array_agg(r.id) INTO v_replicas, v_epochs, v_ids
        FROM comity_limits_reservation r
        WHERE NOT r.charged AND NOT EXISTS (
            SELECT FROM comity_limits_replica p
            WHERE p.replica = r.replica AND p.epoch = r.epoch AND p.until >= clock_timestamp()
        );
    IF v_ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM comity_limits_lock_1(ARRAY(
        SELECT DISTINCT s.subject
        FROM unnest(v_replicas, v_epochs, v_ids) AS d (replica, epoch, id)
        JOIN comity_limits_reservation r USING (replica, epoch, id)
        CROSS JOIN LATERAL unnest(r.subjects) AS s (subject)
    ));
    WITH dead AS (
        UPDATE comity_limits_reservation r SET charged = true
        FROM unnest(v_replicas, v_epochs, v_ids) AS d (replica, epoch, id)
        WHERE r.replica = d.replica AND r.epoch = d.epoch AND r.id = d.id AND NOT r.charged
        RETURNING r.subjects, r.days, r.months, r.cost
    ), part AS (
        SELECT
            s.subject, count(*) AS ended,
            coalesce(sum(d.cost) FILTER (WHERE s.day = a.day), 0) AS day_cost,
            coalesce(sum(d.cost) FILTER (WHERE s.month = a.month), 0) AS month_cost
        FROM dead d
        CROSS JOIN LATERAL unnest(d.subjects, d.days, d.months) AS s (subject, day, month)
        JOIN comity_limits_account a ON a.subject = s.subject
        GROUP BY s.subject
    )
    UPDATE comity_limits_account a SET
        live = greatest(a.live - p.ended, 0),
        day_reserved = comity_limits_clamp_1(a.day_reserved - p.day_cost),
        day_spent = comity_limits_clamp_1(a.day_spent + p.day_cost),
        month_reserved = comity_limits_clamp_1(a.month_reserved - p.month_cost),
        month_spent = comity_limits_clamp_1(a.month_spent + p.month_cost)
    FROM part p WHERE a.subject = p.subject;
END
$$;

-- Begins an epoch of a replica, charges what its last one left, and gives its number.
CREATE FUNCTION comity_limits_start_1(p_replica text, p_lease_ms bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_epoch bigint;
BEGIN
    INSERT INTO comity_limits_replica AS r (replica, epoch, until)
        VALUES (p_replica, 1, clock_timestamp() + p_lease_ms * interval '1 millisecond')
        ON CONFLICT (replica) DO UPDATE SET epoch = r.epoch + 1, until = excluded.until, charged_through = 0
        RETURNING r.epoch INTO v_epoch;
    PERFORM comity_limits_reap_1();
    -- Of its own earlier epochs nobody will say more; of other replicas nobody will after a day.
    DELETE FROM comity_limits_reservation d WHERE (d.replica, d.epoch, d.id) IN (
        SELECT r.replica, r.epoch, r.id FROM comity_limits_reservation r
        LEFT JOIN comity_limits_replica p ON p.replica = r.replica
        WHERE r.charged AND (
            (r.replica = p_replica AND r.epoch < v_epoch)
            OR p.until IS NULL OR p.until < clock_timestamp() - interval '1 day'
        )
        FOR UPDATE OF r SKIP LOCKED
    );
    RETURN v_epoch;
END
$$;

-- A sign of life. Frees what was reserved but never heard of by the replica (ids below `p_below` that it does not
-- hold), and charges what dead replicas left.
CREATE FUNCTION comity_limits_beat_1(
    p_replica text, p_epoch bigint, p_lease_ms bigint, p_below bigint, p_live bigint[]
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_lost bigint[];
BEGIN
    UPDATE comity_limits_replica r SET until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
        WHERE r.replica = p_replica AND r.epoch = p_epoch;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'superseded' USING ERRCODE = 'CL001';
    END IF;
    v_lost := ARRAY(
        SELECT r.id FROM comity_limits_reservation r
        WHERE r.replica = p_replica AND r.epoch = p_epoch AND r.id < p_below AND r.id <> ALL (p_live)
    );
    IF cardinality(v_lost) > 0 THEN
        PERFORM comity_limits_settle_1(
            p_replica, p_epoch, v_lost,
            array_fill(0::bigint, ARRAY[cardinality(v_lost)]), array_fill(0::bigint, ARRAY[cardinality(v_lost)]),
            array_fill(true, ARRAY[cardinality(v_lost)]), array_fill(0::bigint, ARRAY[cardinality(v_lost)])
        );
    END IF;
    PERFORM comity_limits_reap_1();
END
$$;
