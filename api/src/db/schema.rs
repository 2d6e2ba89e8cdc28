//! The tables, which are the same on both databases.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    organizations (id) {
        id -> DbUuid,
        code -> Text,
        name -> Text,
        kind -> Code,
        parent_id -> Nullable<DbUuid>,
        path -> Text,
        rural -> Bool,
        base_school -> Bool,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        initials -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    teachers (id) {
        id -> DbUuid,
        teacher_no -> Text,
        name -> Text,
        gender -> Nullable<Code>,
        organization_id -> DbUuid,
        subject -> Text,
        stage -> Code,
        title -> Nullable<Text>,
        joined_on -> Date,
        left_on -> Nullable<Date>,
        status -> Code,
        backbone -> Bool,
        id_number_sealed -> Nullable<Text>,
        id_number_hmac -> Nullable<Text>,
        id_number_mask -> Nullable<Text>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        initials -> Nullable<Text>,
        sort_key -> Nullable<Text>,
        service_confirmed -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    appointments (id) {
        id -> DbUuid,
        teacher_id -> DbUuid,
        organization_id -> DbUuid,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        end_reason -> Nullable<Code>,
        reason -> Nullable<Text>,
        corrects_id -> Nullable<DbUuid>,
        confirmed_at -> Nullable<Timestamp>,
        confirmed_by -> Nullable<DbUuid>,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<DbUuid>,
        retired_at -> Nullable<Timestamp>,
        retired_by -> Nullable<DbUuid>,
        retired_reason -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    rollover (id) {
        id -> Integer,
        rolled_to -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    users (id) {
        id -> DbUuid,
        username -> Text,
        name -> Text,
        password_hash -> Text,
        role -> Code,
        organization_id -> DbUuid,
        scope_organization_id -> DbUuid,
        teacher_id -> Nullable<DbUuid>,
        disabled -> Bool,
        must_change_password -> Bool,
        last_login_at -> Nullable<Timestamp>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        password_set_at -> Nullable<Timestamp>,
        service -> Bool,
        notice_version -> Nullable<Integer>,
        notice_accepted_at -> Nullable<Timestamp>,
        sort_key -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    activation_codes (user_id) {
        user_id -> DbUuid,
        code_hash -> Text,
        issued_by -> DbUuid,
        issued_at -> Timestamp,
        expires_at -> Timestamp,
        asks_id_number -> Bool,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    former_passwords (user_id, replaced_at) {
        user_id -> DbUuid,
        replaced_at -> Timestamp,
        password_hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    sessions (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    refresh_tokens (token_hash) {
        token_hash -> Text,
        session_id -> DbUuid,
        issued_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    sign_in_attempts (username, network) {
        username -> Text,
        network -> Text,
        failures -> Integer,
        last_attempt_at -> Timestamp,
        locked_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    user_networks (user_id, network) {
        user_id -> DbUuid,
        network -> Text,
        last_used_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    idempotency_keys (caller, idempotency_key) {
        caller -> Text,
        idempotency_key -> Text,
        fingerprint -> Text,
        status -> Nullable<Integer>,
        headers -> Nullable<Text>,
        body -> Nullable<Text>,
        created_at -> Timestamp,
        instance -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    audit_log (seq) {
        seq -> BigInt,
        at -> Timestamp,
        user_id -> Nullable<DbUuid>,
        username -> Text,
        action -> Text,
        entity -> Text,
        entity_id -> Text,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        ip -> Text,
        request_id -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    policies (id) {
        id -> DbUuid,
        organization_id -> DbUuid,
        effective_from -> Date,
        annual_hours -> HundredthHours,
        cycle_hours -> HundredthHours,
        cycle_years -> Nullable<Integer>,
        cycle_first_year -> Nullable<Integer>,
        year_starts_on -> Nullable<Text>,
        month_basis -> Nullable<Code>,
        absence_limit_numerator -> Integer,
        absence_limit_denominator -> Integer,
        leave_counts_as_missed -> Bool,
        elimination_percent -> Integer,
        publicity_days -> Integer,
        look_back_years -> Integer,
        visits_per_year -> Integer,
        days_per_visit -> Integer,
        hours_per_day -> HundredthHours,
        tier_caps -> Text,
        dimension_minimums -> Text,
        hours_per_credit -> Text,
        own_team_reviewers -> Integer,
        reviews_required -> Integer,
        certificate_prefix -> Nullable<Text>,
        note -> Nullable<Text>,
        created_by -> Nullable<DbUuid>,
        recorded_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
        retired_by -> Nullable<DbUuid>,
        replaced_by -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    teams (id) {
        id -> DbUuid,
        name -> Text,
        organization_id -> DbUuid,
        subject -> Text,
        stage -> Code,
        disbanded_on -> Nullable<Date>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    team_members (id) {
        id -> DbUuid,
        team_id -> DbUuid,
        teacher_id -> Nullable<DbUuid>,
        name -> Text,
        institution -> Nullable<Text>,
        role -> Code,
        joined_on -> Date,
        left_on -> Nullable<Date>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    projects (id) {
        id -> DbUuid,
        title -> Text,
        kind -> Code,
        training_year -> Integer,
        level -> Code,
        mode -> Code,
        subject -> Nullable<Text>,
        stage -> Nullable<Code>,
        theme -> Nullable<Text>,
        school_theme -> Nullable<Text>,
        research_topic -> Nullable<Text>,
        conditions -> Nullable<Text>,
        requires_rural -> Bool,
        look_back_years -> Integer,
        planned_hours -> HundredthHours,
        capacity -> Integer,
        starts_on -> Date,
        ends_on -> Date,
        owner_organization_id -> DbUuid,
        host_organization_id -> Nullable<DbUuid>,
        team_id -> Nullable<DbUuid>,
        status -> Code,
        status_reason -> Nullable<Text>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        initials -> Nullable<Text>,
        dimension -> Nullable<Code>,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid};

    project_mendings (id) {
        id -> DbUuid,
        project_id -> DbUuid,
        phase_id -> Nullable<DbUuid>,
        enrollment_id -> Nullable<DbUuid>,
        kind -> Code,
        reason -> Text,
        created_by -> DbUuid,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::DbUuid;

    project_endings (hour_record_id) {
        hour_record_id -> DbUuid,
        mending_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    phases (id) {
        id -> DbUuid,
        project_id -> DbUuid,
        kind -> Code,
        position -> Integer,
        status -> Code,
        planned_hours -> HundredthHours,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        responsible -> Code,
        skip_reason -> Nullable<Text>,
        started_at -> Nullable<Timestamp>,
        completed_at -> Nullable<Timestamp>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    activities (id) {
        id -> DbUuid,
        project_id -> DbUuid,
        phase_id -> Nullable<DbUuid>,
        title -> Text,
        form -> Code,
        held_on -> Date,
        days -> Integer,
        hours -> HundredthHours,
        place -> Nullable<Text>,
        organization_id -> Nullable<DbUuid>,
        description -> Nullable<Text>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        status -> Code,
        status_reason -> Nullable<Text>,
        dimension -> Nullable<Code>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::DbUuid;

    activity_organizations (activity_id, organization_id) {
        activity_id -> DbUuid,
        organization_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::DbUuid;

    activity_deliverers (activity_id, teacher_id) {
        activity_id -> DbUuid,
        teacher_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    deliverables (id) {
        id -> DbUuid,
        project_id -> DbUuid,
        phase_id -> DbUuid,
        kind -> Code,
        title -> Text,
        method -> Nullable<Code>,
        content -> Nullable<Text>,
        url -> Nullable<Text>,
        organization_id -> Nullable<DbUuid>,
        teacher_id -> Nullable<DbUuid>,
        submitted_by -> DbUuid,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    enrollments (id) {
        id -> DbUuid,
        project_id -> DbUuid,
        teacher_id -> DbUuid,
        organization_id -> DbUuid,
        status -> Code,
        reason -> Nullable<Text>,
        replaces_id -> Nullable<DbUuid>,
        nominated_by -> DbUuid,
        reviewed_by -> Nullable<DbUuid>,
        reviewed_at -> Nullable<Timestamp>,
        admitted_on -> Nullable<Date>,
        left_on -> Nullable<Date>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    attendance (id) {
        id -> DbUuid,
        activity_id -> DbUuid,
        enrollment_id -> DbUuid,
        day -> Date,
        status -> Code,
        note -> Nullable<Text>,
        recorded_by -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    exemptions (id) {
        id -> DbUuid,
        teacher_id -> DbUuid,
        kind -> Code,
        starts_on -> Date,
        ends_on -> Date,
        reason -> Nullable<Text>,
        created_by -> DbUuid,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
        retired_by -> Nullable<DbUuid>,
        confirmed_at -> Nullable<Timestamp>,
        confirmed_by -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::DbUuid;

    former_recognitions (hour_record_id) {
        hour_record_id -> DbUuid,
        recognized_at -> Timestamp,
        recognized_by -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Bits, Code, DbUuid, HundredthHours};

    hour_records (id) {
        id -> DbUuid,
        teacher_id -> DbUuid,
        organization_id -> DbUuid,
        training_year -> Integer,
        starts_on -> Date,
        ends_on -> Date,
        hours -> HundredthHours,
        level -> Code,
        mode -> Code,
        dimension -> Nullable<Code>,
        title -> Text,
        institution -> Text,
        project_id -> Nullable<DbUuid>,
        phase_id -> Nullable<DbUuid>,
        source -> Text,
        external_id -> Nullable<Text>,
        source_key -> Text,
        key_space -> Text,
        status -> Code,
        status_reason -> Nullable<Text>,
        decided_by -> Nullable<DbUuid>,
        decided_at -> Nullable<Timestamp>,
        created_by -> DbUuid,
        created_at -> Timestamp,
        hold -> Nullable<Code>,
        recognized_at -> Nullable<Timestamp>,
        holds -> Bits,
        flags -> Bits,
        origin -> Nullable<Text>,
        import_id -> Nullable<DbUuid>,
        former_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid};

    duplicate_groups (id) {
        id -> DbUuid,
        teacher_id -> DbUuid,
        status -> Code,
        reason -> Nullable<Text>,
        opened_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::DbUuid;

    duplicate_group_members (group_id, hour_record_id) {
        group_id -> DbUuid,
        hour_record_id -> DbUuid,
        kept -> Nullable<Bool>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::DbUuid;

    year_closings (id) {
        id -> DbUuid,
        organization_id -> DbUuid,
        training_year -> Integer,
        closed_at -> Timestamp,
        closed_by -> DbUuid,
        waivers -> Text,
        note -> Nullable<Text>,
        content_hash -> Text,
        reopened_at -> Nullable<Timestamp>,
        reopened_by -> Nullable<DbUuid>,
        reopen_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{DbUuid, HundredthHours};

    closed_teacher_years (closing_id, teacher_id) {
        closing_id -> DbUuid,
        teacher_id -> DbUuid,
        organization_id -> DbUuid,
        organization_path -> Text,
        organization_name -> Text,
        required_hours -> HundredthHours,
        recognized_hours -> HundredthHours,
        pending_hours -> HundredthHours,
        counted_hours -> HundredthHours,
        minimum_missed -> Bool,
        status -> Text,
    }
}

diesel::table! {
    standing_state (rules) {
        rules -> Integer,
        last_year -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    teacher_years (teacher_id, training_year) {
        teacher_id -> DbUuid,
        training_year -> Integer,
        organization_id -> Nullable<DbUuid>,
        serves -> Bool,
        owed_months -> Integer,
        annual_hours -> HundredthHours,
        cycle_hours -> HundredthHours,
        required_hours -> HundredthHours,
        credit_hours -> HundredthHours,
        recognized_hours -> HundredthHours,
        pending_hours -> HundredthHours,
        counted_hours -> Nullable<HundredthHours>,
        minimum_missed -> Bool,
        closing_id -> Nullable<DbUuid>,
        closed_recognized_hours -> Nullable<HundredthHours>,
        closed_counted_hours -> Nullable<HundredthHours>,
        closed_missed -> Nullable<Bool>,
        after_closing -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    lessons (id) {
        id -> DbUuid,
        teacher_id -> DbUuid,
        organization_id -> DbUuid,
        project_id -> Nullable<DbUuid>,
        title -> Text,
        subject -> Text,
        stage -> Code,
        taught_on -> Nullable<Date>,
        summary -> Nullable<Text>,
        grade -> Nullable<Code>,
        grade_comment -> Nullable<Text>,
        graded_by -> Nullable<DbUuid>,
        graded_at -> Nullable<Timestamp>,
        distinct_reason -> Nullable<Text>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    certifications (id) {
        id -> DbUuid,
        lesson_id -> DbUuid,
        teacher_id -> DbUuid,
        organization_id -> DbUuid,
        grade -> Code,
        status -> Code,
        award -> Nullable<Code>,
        number -> Nullable<Text>,
        number_prefix -> Nullable<Text>,
        number_year -> Nullable<Integer>,
        number_sequence -> Nullable<Integer>,
        teacher_name -> Text,
        school_name -> Text,
        lesson_title -> Text,
        lesson_subject -> Text,
        awarded_on -> Nullable<Date>,
        issued_on -> Nullable<Date>,
        applied_by -> DbUuid,
        decided_by -> Nullable<DbUuid>,
        decided_at -> Nullable<Timestamp>,
        decision_reason -> Nullable<Text>,
        superseded_by -> Nullable<DbUuid>,
        revoked_by -> Nullable<DbUuid>,
        revoked_at -> Nullable<Timestamp>,
        revocation_reason -> Nullable<Text>,
        restored_from -> Nullable<DbUuid>,
        reissue_of -> Nullable<DbUuid>,
        reissued_by -> Nullable<DbUuid>,
        reissue_reason -> Nullable<Text>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    lesson_gradings (lesson_id, graded_at) {
        lesson_id -> DbUuid,
        graded_at -> Timestamp,
        graded_on -> Date,
        graded_by -> DbUuid,
        grade -> Code,
        team_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    certification_reviewers (certification_id, user_id) {
        certification_id -> DbUuid,
        user_id -> DbUuid,
        admission_reason -> Nullable<Text>,
        named_by -> DbUuid,
        named_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    certification_reviews (id) {
        id -> DbUuid,
        certification_id -> DbUuid,
        reviewer_id -> DbUuid,
        verdict -> Code,
        comment -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    certificate_counters (prefix, number_year, award) {
        prefix -> Text,
        number_year -> Integer,
        award -> Code,
        last_sequence -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    imports (id) {
        id -> DbUuid,
        kind -> Code,
        status -> Code,
        encoding -> Text,
        source -> Nullable<Text>,
        dry_run -> Bool,
        rows_total -> Integer,
        rows_imported -> Integer,
        rows_updated -> Integer,
        rows_unchanged -> Integer,
        rows_failed -> Integer,
        errors -> Text,
        organization_id -> DbUuid,
        created_by -> DbUuid,
        created_at -> Timestamp,
        file_name -> Nullable<Text>,
        format -> Text,
        options -> Text,
        errors_total -> Integer,
        unknown_columns -> Text,
        message -> Nullable<Text>,
        finished_at -> Nullable<Timestamp>,
        preview -> Nullable<Text>,
        rows_transferred -> Integer,
        rows_passed_over -> Integer,
        rows_decided -> Integer,
        held -> Text,
        taken_back_at -> Nullable<Timestamp>,
        taken_back_by -> Nullable<DbUuid>,
        take_back_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::DbUuid;

    import_failed_rows (import_id) {
        import_id -> DbUuid,
        csv -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    api_keys (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        name -> Text,
        organization_id -> DbUuid,
        scopes -> Text,
        expires_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        created_by -> DbUuid,
        revoked_by -> Nullable<DbUuid>,
        revoked_at -> Nullable<Timestamp>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        source_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    sources (id) {
        id -> DbUuid,
        name -> Text,
        organization_id -> DbUuid,
        created_by -> DbUuid,
        created_at -> Timestamp,
        last_record_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid, HundredthHours};

    api_key_secrets (prefix) {
        prefix -> Text,
        api_key_id -> DbUuid,
        secret_hash -> Text,
        created_at -> Timestamp,
        ends_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::Code;

    outbox (last_seq) {
        last_seq -> BigInt,
        first_seq -> BigInt,
        #[sql_name = "type"]
        type_ -> Code,
        at -> Timestamp,
        path -> Nullable<Text>,
        ids -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid};

    webhooks (id) {
        id -> DbUuid,
        name -> Text,
        url -> Text,
        organization_id -> DbUuid,
        types -> Text,
        status -> Code,
        disabled_reason -> Nullable<Text>,
        failing_since -> Nullable<Timestamp>,
        last_delivered_at -> Nullable<Timestamp>,
        position -> BigInt,
        generation -> Integer,
        previous_secret_until -> Nullable<Timestamp>,
        created_by -> DbUuid,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Code, DbUuid};

    webhook_deliveries (id) {
        id -> DbUuid,
        webhook_id -> DbUuid,
        seq -> Nullable<BigInt>,
        #[sql_name = "type"]
        type_ -> Text,
        entity_id -> Nullable<DbUuid>,
        body -> Text,
        status -> Code,
        attempts -> Integer,
        next_attempt_at -> Nullable<Timestamp>,
        last_attempt_at -> Nullable<Timestamp>,
        response_status -> Nullable<Integer>,
        error -> Nullable<Text>,
        duration_ms -> Nullable<Integer>,
        instance -> Nullable<Integer>,
        created_at -> Timestamp,
    }
}

diesel::joinable!(teachers -> organizations (organization_id));
diesel::joinable!(appointments -> teachers (teacher_id));
diesel::joinable!(appointments -> organizations (organization_id));
diesel::joinable!(users -> teachers (teacher_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(user_networks -> users (user_id));
diesel::joinable!(policies -> organizations (organization_id));
diesel::joinable!(teams -> organizations (organization_id));
diesel::joinable!(team_members -> teams (team_id));
diesel::joinable!(team_members -> teachers (teacher_id));
diesel::joinable!(projects -> teams (team_id));
diesel::joinable!(phases -> projects (project_id));
diesel::joinable!(activities -> projects (project_id));
diesel::joinable!(activities -> phases (phase_id));
diesel::joinable!(activities -> organizations (organization_id));
diesel::joinable!(project_mendings -> projects (project_id));
diesel::joinable!(project_endings -> hour_records (hour_record_id));
diesel::joinable!(activity_organizations -> activities (activity_id));
diesel::joinable!(activity_organizations -> organizations (organization_id));
diesel::joinable!(activity_deliverers -> activities (activity_id));
diesel::joinable!(activity_deliverers -> teachers (teacher_id));
diesel::joinable!(deliverables -> projects (project_id));
diesel::joinable!(deliverables -> phases (phase_id));
diesel::joinable!(deliverables -> organizations (organization_id));
diesel::joinable!(deliverables -> teachers (teacher_id));
diesel::joinable!(deliverables -> users (submitted_by));
diesel::joinable!(enrollments -> projects (project_id));
diesel::joinable!(enrollments -> teachers (teacher_id));
diesel::joinable!(enrollments -> organizations (organization_id));
diesel::joinable!(attendance -> activities (activity_id));
diesel::joinable!(attendance -> enrollments (enrollment_id));
diesel::joinable!(attendance -> users (recorded_by));
diesel::joinable!(exemptions -> teachers (teacher_id));
diesel::joinable!(exemptions -> users (created_by));
diesel::joinable!(duplicate_group_members -> duplicate_groups (group_id));
diesel::joinable!(duplicate_group_members -> hour_records (hour_record_id));
diesel::joinable!(duplicate_groups -> teachers (teacher_id));
diesel::joinable!(former_recognitions -> hour_records (hour_record_id));
diesel::joinable!(hour_records -> teachers (teacher_id));
diesel::joinable!(hour_records -> organizations (organization_id));
diesel::joinable!(hour_records -> projects (project_id));
diesel::joinable!(hour_records -> phases (phase_id));
diesel::joinable!(teacher_years -> organizations (organization_id));
diesel::joinable!(teacher_years -> teachers (teacher_id));
diesel::joinable!(year_closings -> organizations (organization_id));
diesel::joinable!(closed_teacher_years -> year_closings (closing_id));
diesel::joinable!(closed_teacher_years -> teachers (teacher_id));
diesel::joinable!(lessons -> teachers (teacher_id));
diesel::joinable!(lessons -> organizations (organization_id));
diesel::joinable!(lessons -> projects (project_id));
diesel::joinable!(lessons -> users (graded_by));
diesel::joinable!(certifications -> lessons (lesson_id));
diesel::joinable!(certifications -> teachers (teacher_id));
diesel::joinable!(certifications -> organizations (organization_id));
diesel::joinable!(lesson_gradings -> lessons (lesson_id));
diesel::joinable!(certification_reviewers -> certifications (certification_id));
diesel::joinable!(certification_reviewers -> users (user_id));
diesel::joinable!(certification_reviews -> certifications (certification_id));
diesel::joinable!(certification_reviews -> users (reviewer_id));
diesel::joinable!(imports -> organizations (organization_id));
diesel::joinable!(imports -> users (created_by));
diesel::joinable!(import_failed_rows -> imports (import_id));
diesel::joinable!(api_keys -> users (user_id));
diesel::joinable!(api_keys -> organizations (organization_id));
diesel::joinable!(api_keys -> sources (source_id));
diesel::joinable!(api_key_secrets -> api_keys (api_key_id));
diesel::joinable!(sources -> organizations (organization_id));
diesel::joinable!(webhooks -> organizations (organization_id));
diesel::joinable!(webhook_deliveries -> webhooks (webhook_id));

diesel::allow_tables_to_appear_in_same_query!(
    organizations,
    teachers,
    appointments,
    rollover,
    users,
    former_passwords,
    sessions,
    refresh_tokens,
    sign_in_attempts,
    user_networks,
    activation_codes,
    idempotency_keys,
    audit_log,
    policies,
    teams,
    team_members,
    projects,
    phases,
    activities,
    activity_organizations,
    activity_deliverers,
    project_mendings,
    project_endings,
    deliverables,
    enrollments,
    attendance,
    exemptions,
    duplicate_groups,
    duplicate_group_members,
    former_recognitions,
    hour_records,
    teacher_years,
    year_closings,
    closed_teacher_years,
    lessons,
    certifications,
    lesson_gradings,
    certification_reviewers,
    certification_reviews,
    certificate_counters,
    imports,
    import_failed_rows,
    api_keys,
    api_key_secrets,
    sources,
    standing_state,
    webhooks,
    webhook_deliveries,
);
