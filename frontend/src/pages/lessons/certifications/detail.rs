//! One certification: application, reviews, decision.

use chrono::NaiveDate;
use songjiao_types::{
    CertificationId, Permission, WireEnum,
    certifications::{CertificationStatus, CertificationView, ReviewView, Verdict},
};
use yew::prelude::*;

use super::{
    common::{enough_reviews, list_crumb, number_link, progress, status_badge, waiting_badge},
    deciding::{DecideButton, ReviewButton},
    ending::{ReissueButton, RevokeButton},
    history::history,
    reviewers::Reviewers,
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
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |certification| html! { <Detail certification={certification.clone()} {etag} {reload} /> })
}

#[derive(Properties, PartialEq)]
struct DetailProps {
    certification: CertificationView,
    etag: String,
    reload: Callback<()>,
}

#[component]
fn Detail(props: &DetailProps) -> Html {
    let DetailProps { certification, etag, reload } = props;
    let session = use_session();
    let own = session.me().is_some_and(|me| me.teacher_id == Some(certification.teacher_id));
    let decides = session.can(Permission::CertificationsDecide);
    let open = certification.status == CertificationStatus::Applied;
    let in_force = certification.status == CertificationStatus::Accepted;
    // A revocation of an older version has not said what becomes of the award that was superseded.
    let unsettled = certification.status == CertificationStatus::Revoked && certification.former.is_some();
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
            if open && decides && !own && (certification.may_decide || !certification.ready_to_decide) {
                <DecideButton certification={certification.clone()} reload={reload.clone()} />
            }
            if in_force && decides && !own {
                <ReissueButton certification={certification.clone()} reload={reload.clone()} />
            }
            if (in_force || unsettled) && decides && !own {
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
            <Reviewers certification={certification.clone()} etag={etag.clone()} names={open && decides && !own} reload={reload.clone()} />
            <Section title={t!("评审意见")}>{ reviews(certification) }</Section>
            if certification.status != CertificationStatus::Applied {
                <Section title={t!("认定与证书的经过")}>{ history(certification) }</Section>
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
        CertificationStatus::Reissued => html! {
            <Notice title={t!("已重新制发")}>
                if let Some(new) = &certification.reissued_as {
                    { t!("新编号：") }<Link to={Route::Certification { id: new.id }}>{ &new.number }</Link>
                }
            </Notice>
        },
        CertificationStatus::Revoked => html! {
            <Notice tone={Tone::Danger} title={t!("认定已撤销")}>
                { certification.revocation_reason.clone().unwrap_or_default() }
                if let Some(former) = &certification.former {
                    { t!("被其取代的证书 {number} 尚未处理：请选择恢复或一并撤销。", number = former.number) }
                }
            </Notice>
        },
        CertificationStatus::Applied if certification.ready_to_decide => html! {
            <Notice>
                if certification.may_decide {
                    { t!("评审意见已满，等待您作出决定。") }
                } else {
                    { t!("评审意见已满，等待决定。申请人、评审人和授课教师本人不能作决定。") }
                }
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
        let day = |day: Option<NaiveDate>| html! { day.map(format::date).unwrap_or_default() };
        items.push((heading::<CertificationView>("awarded_on"), day(certification.awarded_on)));
        items.push((heading::<CertificationView>("issued_on"), day(certification.issued_on)));
    }
    items
}

fn reviews(certification: &CertificationView) -> Html {
    let CertificationView { accepts, rejects, reviews_required, .. } = certification;
    if let Some(original) = &certification.reissue_of {
        return html! { <p class="muted">{ t!("见原证书 {number}", number = original.number) }</p> };
    }
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
        detail: html! {
            <>
                <p class="prose">{ &review.comment }</p>
                if let Some(cause) = review.excluded_because {
                    <p class="muted">{ t!("不计入：{cause}", cause = t!(cause.label())) }</p>
                }
            </>
        },
        tone,
    }
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
    // Who reviewed is known of the certificate that was first issued.
    let reviewers = match &certification.reissue_of {
        Some(original) => t!("见原证书 {number}", number = original.number),
        None => t!("{progress} 位评审人", progress = progress(certification)),
    };
    vec![
        step(t!("提交申请"), StepState::Done, format::date_time(certification.created_at)),
        step(t!("评审"), review, reviewers),
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
            awarded_on: None,
            issued_on: None,
            applied_by_name: "李敏".into(),
            decided_by_name: None,
            decided_at: None,
            decision_reason: None,
            superseded_by: None,
            superseded_by_number: None,
            revoked_by_name: None,
            revoked_at: None,
            revocation_reason: None,
            former: None,
            restored_from: None,
            restored_from_number: None,
            restored_at: None,
            reissue_of: None,
            reissued_as: None,
            reviews_required: 2,
            accepts: 0,
            rejects: 0,
            ready_to_decide: false,
            too_few_reviewers: None,
            named_reviewers: Vec::new(),
            waiting_for_me: false,
            may_decide: false,
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
