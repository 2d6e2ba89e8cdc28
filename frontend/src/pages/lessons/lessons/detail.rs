//! One lesson: its data, grade and certification.

use songjiao_types::{
    LessonId, Permission, WireEnum,
    certifications::{CertificationQuery, CertificationStatus, CertificationView},
    deliverables::DeliverableView,
    lessons::LessonView,
};
use yew::prelude::*;

use super::{
    common::{certification_state, grade_badge, list_crumb, stage_and_subject},
    grading::{GradeButton, open_to_grading},
};
use crate::{
    api::{
        certifications::{apply_for_certification, list_certifications},
        lessons::{delete_lesson, find_evidence, find_lesson},
    },
    components::{
        ButtonKind, ButtonLink, Column, ConfirmButton, DataTable, EmptyState, IconName, IdProps, KeyValues, Link,
        OrganizationLink, PageHeader, RecordProps, Section, Step, StepState, Stepper, Success, Tone, Work, badge,
        loaded,
    },
    format,
    hooks::use_query,
    i18n::{self, heading},
    pages::lessons::certifications::{number_link, status_badge},
    route::{Route, page_at},
    session::use_session,
};

/// The page of a lesson.
#[component]
pub fn DetailPage(props: &IdProps<LessonId>) -> Html {
    let load = use_query(Some(find_lesson(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |lesson| html! { <Detail record={lesson.clone()} {etag} {reload} /> })
}

#[component]
fn Detail(props: &RecordProps<LessonView>) -> Html {
    let RecordProps { record: lesson, etag, reload } = props;
    let id = lesson.id;
    let session = use_session();
    let own = session.me().is_some_and(|me| me.teacher_id == Some(lesson.teacher_id));
    let may_write = session.can(Permission::LessonsWrite) && lesson.grade.is_none();
    let may_grade = session.can(Permission::LessonsGrade) && !own && open_to_grading(lesson);
    let may_apply = session.can(Permission::CertificationsApply) && lesson.can_apply;
    let actions = html! {
        <>
            if may_apply { { apply_button(lesson) } }
            if may_grade { <GradeButton lesson={lesson.clone()} reload={reload.clone()} /> }
            if may_write {
                <ButtonLink to={Route::EditLesson { id }} icon={IconName::Edit}>{ t!("编辑") }</ButtonLink>
                { delete_button(lesson, etag.clone()) }
            }
        </>
    };
    let certified = lesson.certification.as_ref().map(|certification| {
        let tone = if certification.status == CertificationStatus::Accepted { Tone::Success } else { Tone::Info };
        badge(tone, certification_state(certification))
    });
    let beside = html! { <>{ grade_badge(lesson.grade) }{ certified.unwrap_or_default() }</> };
    html! {
        <>
            <PageHeader title={lesson.title.clone()} crumbs={vec![list_crumb()]} {beside} {actions} />
            <Section title={t!("认定进程")}><Stepper label={t!("课例认定进程")} steps={steps(lesson)} /></Section>
            <Section title={t!("课例信息")}>
                <KeyValues items={properties(lesson)} />
                if let Some(summary) = &lesson.summary {
                    <h3 class="subheading">{ heading::<LessonView>("summary") }</h3>
                    <p class="prose">{ summary }</p>
                }
            </Section>
            if lesson.project_id.is_some() { <Evidence id={id} /> }
            <Section title={t!("等次评定")}>{ grading(lesson) }</Section>
            <Section title={t!("认定记录")} flush=true><Certifications lesson={lesson.clone()} /></Section>
        </>
    }
}

fn properties(lesson: &LessonView) -> Vec<(AttrValue, Html)> {
    let linked = |path: String, text: &str| match page_at(&path) {
        Some(to) => html! { <Link {to}>{ text }</Link> },
        None => html! { text },
    };
    let project = match (lesson.project_id, &lesson.project_title) {
        (Some(id), Some(title)) => linked(format!("/projects/{id}"), title),
        _ => html! { <span class="muted">{ t!("不属于任何项目") }</span> },
    };
    let taught_on = match lesson.taught_on {
        Some(day) => html! { format::date(day) },
        None => html! { <span class="muted">{ t!("未填") }</span> },
    };
    let mut items = vec![
        (
            heading::<LessonView>("teacher_name"),
            linked(format!("/teachers/{}", lesson.teacher_id), &lesson.teacher_name),
        ),
        (
            heading::<LessonView>("organization_name"),
            html! { <OrganizationLink id={lesson.organization.id} name={lesson.organization.name.clone()} /> },
        ),
        (t!("学段学科").into(), html! { stage_and_subject(lesson) }),
        (heading::<LessonView>("taught_on"), taught_on),
        (heading::<LessonView>("project_title"), project),
        (heading::<LessonView>("created_at"), html! { format::date_time(lesson.created_at) }),
        (t!("最近修改").into(), html! { format::date_time(lesson.updated_at) }),
    ];
    if let Some(reason) = &lesson.distinct_reason {
        items.push((heading::<LessonView>("distinct_reason"), html! { reason }));
    }
    items
}

/// The evidence of the lesson from its project.
#[component]
fn Evidence(props: &IdProps<LessonId>) -> Html {
    let load = use_query(Some(find_evidence(props.id)));
    html! { <Section title={t!("研课磨课材料")}>{ loaded(&load, |found| evidence(&found.items)) }</Section> }
}

fn evidence(items: &[DeliverableView]) -> Html {
    if items.is_empty() {
        return html! { <p class="muted">{ t!("还没有提交与本课例有关的研课记录、磨课记录或示范课例。") }</p> };
    }
    html! {
        { for items.iter().map(|item| html! {
            <>
                <h3 class="subheading">{ t!("{kind}：{title}", kind = t!(item.kind.label()), title = item.title) }</h3>
                if let Some(content) = &item.content { <p class="prose">{ content }</p> }
                if let Some(url) = &item.url {
                    <p><a href={url.clone()} rel="noopener noreferrer" target="_blank">{ url }</a></p>
                }
                <p class="muted">
                    { t!("{name} 提交，{at}", name = item.submitted_by_name, at = format::date_time(item.created_at)) }
                </p>
            </>
        }) }
    }
}

fn grading(lesson: &LessonView) -> Html {
    let Some(grade) = lesson.grade else {
        return html! {
            <p class="muted">{ t!("尚未评定。研课磨课阶段开始后，由项目的送培团队或教师进修学校评定为合格课、优质课或精品课。") }</p>
        };
    };
    let items = vec![
        (heading::<LessonView>("grade"), grade_badge(lesson.grade)),
        (t!("认定后授予").into(), html! { t!(grade.award().label()) }),
        (
            heading::<LessonView>("graded_by_name"),
            html! { lesson.graded_by_name.clone().unwrap_or_else(|| "—".to_owned()) },
        ),
        (
            heading::<LessonView>("graded_at"),
            html! { lesson.graded_at.map_or_else(|| "—".to_owned(), format::date_time) },
        ),
    ];
    html! {
        <>
            <KeyValues {items} />
            if let Some(comment) = &lesson.grade_comment {
                <h3 class="subheading">{ heading::<LessonView>("grade_comment") }</h3>
                <p class="prose">{ comment }</p>
            }
        </>
    }
}

/// The steps from the lesson to an award.
fn steps(lesson: &LessonView) -> Vec<Step> {
    let status = lesson.certification.as_ref().map(|certification| certification.status);
    let graded = lesson.grade.is_some();
    let applied = status.is_some();
    let decided = status.is_some_and(|status| status != CertificationStatus::Applied);
    let state = |done: bool, before: bool| match (done, before) {
        (true, _) => StepState::Done,
        (false, true) => StepState::Active,
        (false, false) => StepState::Ahead,
    };
    let step = |label: &'static str, state: StepState, detail: Option<String>| Step {
        label: label.into(),
        state,
        detail: detail.map(AttrValue::from),
        to: None,
    };
    let outcome = lesson.certification.as_ref().map(|certification| certification_state(certification).to_owned());
    vec![
        step(t!("登记课例"), StepState::Done, Some(format::date_time(lesson.created_at))),
        step(t!("评定等次"), state(graded, true), lesson.grade.map(|grade| t!(grade.label()).to_owned())),
        step(t!("申请认定"), state(applied, graded), None),
        step(t!("评审认定"), state(decided, applied), outcome),
    ]
}

/// The applications of a lesson, latest first.
#[component]
fn Certifications(props: &CertificationsProps) -> Html {
    let lesson = &props.lesson;
    // A change of the lesson changes its version, which makes this read again.
    let query = CertificationQuery { lesson_id: Some(lesson.id), ..Default::default() };
    let load = use_query(Some(list_certifications(&query)));
    let columns = use_memo((), |()| {
        vec![
            Column::field("created_at", |row: &CertificationView| {
                html! { <Link to={Route::Certification { id: row.id }}>{ format::date_time(row.created_at) }</Link> }
            })
            .head(),
            Column::field("grade", |row: &CertificationView| html! { t!(row.grade.label()) }),
            Column::field("status", |row: &CertificationView| status_badge(row.status)),
            Column::field("award", |row: &CertificationView| html! { row.award.map_or("—", i18n::label) }),
            Column::field("number", |row: &CertificationView| number_link(row)).unbroken(),
            Column::field("applied_by_name", |row: &CertificationView| html! { &row.applied_by_name }),
        ]
    });
    let what = match (lesson.grade, lesson.can_apply) {
        (None, _) => t!("评定等次之后可以申请三课认定。"),
        (Some(_), true) => t!("等次已评定，可以申请三课认定。"),
        (Some(_), false) => t!("没有申请记录。"),
    };
    let empty =
        html! { <EmptyState icon={IconName::Medal} title={t!("还没有申请过认定")}><p>{ what }</p></EmptyState> };
    html! { <DataTable<CertificationView> caption={t!("认定记录")} columns={(*columns).clone()} {load} {empty} /> }
}

#[derive(Properties, PartialEq)]
struct CertificationsProps {
    lesson: LessonView,
}

/// Applies for certification. The grade cannot be changed during the review.
fn apply_button(lesson: &LessonView) -> Html {
    let id = lesson.id;
    let Some(grade) = lesson.grade else { return Html::default() };
    let work = Work::new(move |client, ()| async move {
        let applied = apply_for_certification(&client, id).await?;
        let page = Route::Certification { id: applied.value.id };
        Ok(Success::toast(t!("已提交认定申请，请等待评审")).push(page))
    });
    html! {
        <ConfirmButton kind={ButtonKind::Primary} icon={IconName::Medal} text={t!("申请认定")} title={t!("为“{title}”申请三课认定？", title = lesson.title)}
            confirm={t!("申请认定")} danger=false {work}>
            <p>{ t!("按评定的{grade}申请，认定通过后授予“{award}”并颁发证书。", grade = t!(grade.label()), award = t!(grade.award().label())) }</p>
            <p>{ t!("评审期间等次不能改评。") }</p>
        </ConfirmButton>
    }
}

fn delete_button(lesson: &LessonView, etag: String) -> Html {
    let (id, title) = (lesson.id, lesson.title.clone());
    let work = Work::new(move |client, ()| {
        let (etag, title) = (etag.clone(), title.clone());
        async move {
            delete_lesson(&client, id, &etag).await?;
            Ok(Success::toast(t!("已删除课例“{title}”", title)).replace(Route::Lessons))
        }
    });
    html! {
        <ConfirmButton icon={IconName::Trash} text={t!("删除")} title={t!("删除课例“{title}”？", title = lesson.title)} confirm={t!("删除课例")} {work}>
            <p>{ t!("删除后无法恢复。评定等次之后的课例不能删除。") }</p>
        </ConfirmButton>
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::{certifications::Award, lessons::LessonCertification, lessons::LessonGrade};

    use super::{super::samples::lesson, *};

    fn states(lesson: &LessonView) -> Vec<StepState> {
        steps(lesson).iter().map(|step| step.state).collect()
    }

    #[test]
    fn only_one_step_is_active_at_a_time() {
        use StepState::{Active, Ahead, Done};
        let mut lesson = lesson();
        assert!(states(&lesson) == [Done, Active, Ahead, Ahead]);
        lesson.grade = Some(LessonGrade::Excellent);
        assert!(states(&lesson) == [Done, Done, Active, Ahead]);
        let mut certification = LessonCertification {
            id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id"),
            status: CertificationStatus::Applied,
            award: None,
            number: None,
        };
        lesson.certification = Some(certification.clone());
        assert!(states(&lesson) == [Done, Done, Done, Active]);
        certification.status = CertificationStatus::Accepted;
        certification.award = Some(Award::Demonstration);
        lesson.certification = Some(certification);
        assert!(states(&lesson) == [Done, Done, Done, Done]);
        assert_eq!(steps(&lesson).last().and_then(|step| step.detail.clone()).as_deref(), Some("示范课"));
    }
}
