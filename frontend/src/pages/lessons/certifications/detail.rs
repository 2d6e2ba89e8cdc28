//! One certification: application, reviews, decision.

use songjiao_types::{
    CertificationId, Permission, WireEnum,
    certifications::{CertificationStatus, CertificationView, ReviewView, Verdict},
};
use yew::prelude::*;

use super::{
    common::{enough_reviews, list_crumb, number_link, progress, status_badge, waiting_badge},
    deciding::{DecideButton, ReviewButton, RevokeButton},
};
use crate::{
    api::certifications::find_certification,
    components::{
        ButtonKind, ButtonLink, IconName, IdProps, KeyValues, Link, Notice, PageHeader, Section, Step, StepState,
        Stepper, Timeline, TimelineEvent, Tone, badge, loaded,
    },
    format,
    hooks::use_query,
    i18n::heading,
    route::{Route, page_at},
    session::use_session,
};

/// The page of a certification.
#[component]
pub fn DetailPage(props: &IdProps<CertificationId>) -> Html {
    let load = use_query(Some(find_certification(props.id)));
    let reload = load.reload.clone();
    loaded(&load, |certification| html! { <Detail certification={certification.clone()} {reload} /> })
}

#[derive(Properties, PartialEq)]
struct DetailProps {
    certification: CertificationView,
    reload: Callback<()>,
}

#[component]
fn Detail(props: &DetailProps) -> Html {
    let DetailProps { certification, reload } = props;
    let session = use_session();
    let own = session.me().is_some_and(|me| me.teacher_id == Some(certification.teacher_id));
    let decides = session.can(Permission::CertificationsDecide);
    let open = certification.status == CertificationStatus::Applied;
    let in_force = certification.status == CertificationStatus::Accepted;
    let actions = html! {
        <>
            if certification.waiting_for_me {
                <ReviewButton certification={certification.clone()} reload={reload.clone()} />
            }
            if certification.number.is_some() {
                <ButtonLink to={Route::Certificate { id: certification.id }} icon={IconName::Medal} kind={ButtonKind::Primary}>
                    { t!("查看证书") }
                </ButtonLink>
            }
            if open && decides && !own {
                <DecideButton certification={certification.clone()} reload={reload.clone()} />
            }
            if in_force && decides {
                <RevokeButton certification={certification.clone()} reload={reload.clone()} />
            }
        </>
    };
    let award = certification.award.map(|award| badge(Tone::Success, t!(award.label())));
    let beside = html! {
        <>
            { status_badge(certification.status) }
            { award.unwrap_or_default() }
            if certification.waiting_for_me { { waiting_badge() } }
        </>
    };
    html! {
        <>
            <PageHeader title={certification.lesson_title.clone()} crumbs={vec![list_crumb()]} {beside} {actions} />
            { notices(certification, decides && !own) }
            <Section title={t!("认定进程")}><Stepper label={t!("认定进程")} steps={steps(certification)} /></Section>
            <Section title={t!("申请信息")}><KeyValues items={properties(certification)} /></Section>
            <Section title={t!("评审意见")}>{ reviews(certification) }</Section>
            if certification.decided_at.is_some() {
                <Section title={t!("认定决定")}>{ decision(certification) }</Section>
            }
        </>
    }
}

/// The notices about the certification's status.
fn notices(certification: &CertificationView, decides: bool) -> Html {
    match certification.status {
        CertificationStatus::Superseded => html! {
            <Notice title={t!("已被更高等次取代")}>
                { t!("同一课例后来获得更高等次的认定") }
                if let (Some(id), Some(number)) = (certification.superseded_by, &certification.superseded_by_number) {
                    { t!("：") }<Link to={Route::Certification { id }}>{ number }</Link>
                }
                { t!("。本证书仍可查验。") }
            </Notice>
        },
        CertificationStatus::Revoked => html! {
            <Notice tone={Tone::Danger} title={t!("认定已撤销")}>
                { certification.decision_reason.clone().unwrap_or_default() }
            </Notice>
        },
        CertificationStatus::Applied if decides && !enough_reviews(certification) => {
            let spoken = certification.accepts + certification.rejects;
            let missing = i64::from(certification.reviews_required) - spoken;
            html! { <Notice>{ t!("还需 {missing} 位评审人的意见才能作出决定。", missing) }</Notice> }
        }
        _ => Html::default(),
    }
}

fn properties(certification: &CertificationView) -> Vec<(AttrValue, Html)> {
    let teacher = match page_at(&format!("/teachers/{}", certification.teacher_id)) {
        Some(to) => html! { <Link {to}>{ &certification.teacher_name }</Link> },
        None => html! { &certification.teacher_name },
    };
    let mut items = vec![
        (
            heading::<CertificationView>("lesson_title"),
            html! { <Link to={Route::Lesson { id: certification.lesson_id }}>{ &certification.lesson_title }</Link> },
        ),
        (heading::<CertificationView>("teacher_name"), teacher),
        (heading::<CertificationView>("school_name"), html! { &certification.school_name }),
        (heading::<CertificationView>("lesson_subject"), html! { &certification.lesson_subject }),
        (heading::<CertificationView>("grade"), html! { t!(certification.grade.label()) }),
        (t!("通过后授予").into(), html! { t!(certification.grade.award().label()) }),
        (heading::<CertificationView>("applied_by_name"), html! { &certification.applied_by_name }),
        (heading::<CertificationView>("created_at"), html! { format::date_time(certification.created_at) }),
    ];
    if certification.number.is_some() {
        items.push((heading::<CertificationView>("number"), number_link(certification)));
        items.push((
            heading::<CertificationView>("issued_on"),
            html! { certification.issued_on.map(format::date).unwrap_or_default() },
        ));
    }
    items
}

fn reviews(certification: &CertificationView) -> Html {
    let CertificationView { accepts, rejects, reviews_required, .. } = certification;
    html! {
        <>
            <p>
                { t!("已有 {reviews} 位评审人发表意见（至少需要 {reviews_required} 位）：同意 {accepts}，不同意 {rejects}。", reviews = accepts + rejects, reviews_required, accepts, rejects) }
            </p>
            if !certification.reviews.is_empty() {
                <Timeline label={t!("评审意见")} events={certification.reviews.iter().map(opinion).collect::<Vec<_>>()} />
            } else if accepts + rejects > 0 {
                <p class="muted">{ t!("作出决定之前，评审人和评审意见不对申请教师公开。") }</p>
            }
        </>
    }
}

fn opinion(review: &ReviewView) -> TimelineEvent {
    let tone = match review.verdict {
        Verdict::Accept => Tone::Success,
        Verdict::Reject => Tone::Danger,
    };
    TimelineEvent {
        at: format::date_time(review.created_at).into(),
        title: t!("{name}：{verdict}", name = review.reviewer_name, verdict = t!(review.verdict.label())).into(),
        detail: html! { <p class="prose">{ &review.comment }</p> },
        tone,
    }
}

fn decision(certification: &CertificationView) -> Html {
    let outcome = match certification.status {
        CertificationStatus::Rejected => t!("不予认定"),
        CertificationStatus::Revoked => t!("撤销认定"),
        _ => t!("予以认定"),
    };
    let mut items = vec![
        (t!("决定").into(), html! { outcome }),
        (
            heading::<CertificationView>("decided_by_name"),
            html! { certification.decided_by_name.clone().unwrap_or_else(|| "—".to_owned()) },
        ),
        (
            heading::<CertificationView>("decided_at"),
            html! { certification.decided_at.map(format::date_time).unwrap_or_default() },
        ),
    ];
    if let Some(reason) = &certification.decision_reason {
        items.push((heading::<CertificationView>("decision_reason"), html! { reason }));
    }
    html! { <KeyValues {items} /> }
}

/// The steps of the application.
fn steps(certification: &CertificationView) -> Vec<Step> {
    let open = certification.status == CertificationStatus::Applied;
    let enough = enough_reviews(certification);
    let step = |label: &'static str, state: StepState, detail: String| Step {
        label: label.into(),
        state,
        detail: Some(detail.into()),
        to: None,
    };
    let (review, decide) = match (open, enough) {
        (false, _) => (StepState::Done, StepState::Done),
        (true, true) => (StepState::Done, StepState::Active),
        (true, false) => (StepState::Active, StepState::Ahead),
    };
    let decided = match certification.award {
        Some(award) if !open => t!(award.label()),
        _ if open => t!("等待决定"),
        _ => t!(certification.status.label()),
    };
    vec![
        step(t!("提交申请"), StepState::Done, format::date_time(certification.created_at)),
        step(t!("评审"), review, t!("{progress} 位评审人", progress = progress(certification))),
        step(t!("认定决定"), decide, decided.to_owned()),
    ]
}

#[cfg(test)]
pub(super) mod samples {
    use songjiao_types::{
        certifications::{CertificationStatus, CertificationView},
        lessons::LessonGrade,
        organizations::{OrganizationKind, OrganizationRef},
    };

    /// An application without reviews.
    pub fn certification() -> CertificationView {
        let id = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10";
        let at = "2026-10-12T01:30:00Z".parse().expect("an instant");
        CertificationView {
            id: id.parse().expect("an id"),
            lesson_id: id.parse().expect("an id"),
            teacher_id: id.parse().expect("an id"),
            teacher_name: "李敏".into(),
            organization: OrganizationRef {
                id: id.parse().expect("an id"),
                code: "SL-XX-007".into(),
                name: "法特镇中心小学校".into(),
                kind: OrganizationKind::School,
            },
            school_name: "法特镇中心小学校".into(),
            lesson_title: "《荷花》第二课时".into(),
            lesson_subject: "语文".into(),
            grade: LessonGrade::Excellent,
            status: CertificationStatus::Applied,
            award: None,
            number: None,
            issued_on: None,
            applied_by_name: "李敏".into(),
            decided_by_name: None,
            decided_at: None,
            decision_reason: None,
            superseded_by: None,
            superseded_by_number: None,
            reviews_required: 2,
            accepts: 0,
            rejects: 0,
            waiting_for_me: false,
            reviews: Vec::new(),
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::certifications::Award;

    use super::{samples::certification, *};

    #[test]
    fn the_decision_comes_after_the_reviews() {
        let states = |one: &CertificationView| steps(one).iter().map(|step| step.state).collect::<Vec<_>>();
        let mut one = certification();
        assert!(states(&one) == [StepState::Done, StepState::Active, StepState::Ahead]);
        (one.accepts, one.rejects) = (1, 1);
        assert!(states(&one) == [StepState::Done, StepState::Done, StepState::Active]);
        one.status = CertificationStatus::Accepted;
        one.award = Some(Award::Demonstration);
        assert!(states(&one) == [StepState::Done, StepState::Done, StepState::Done]);
        assert_eq!(steps(&one).last().and_then(|step| step.detail.clone()).as_deref(), Some("示范课"));
    }
}
