//! Entering lessons, and changing those that are not graded yet.

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, LessonId, ProjectId, Role, TeacherId,
    lessons::{CreateLesson, LessonView, UpdateLesson},
    training::Stage,
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::common::list_crumb;
use crate::{
    api::lessons::{create_lesson, find_lesson, update_lesson},
    components::{
        ButtonLink, Crumb, DateField, EmptyState, FormView, IconName, PageHeader, Section, SelectField, TeacherField,
        TextAreaField, TextField, loaded, use_toasts,
    },
    format,
    hooks::{Form, check, fault, required, use_page_form, use_query, use_submit, use_url_query},
    pages::training::projects::ProjectField,
    query::Query,
    route::Route,
    session::use_session,
};

/// What the fields hold, of a new lesson and of one there already.
#[derive(Clone, Default)]
struct Draft {
    /// `None`: the teacher that the user is.
    teacher_id: Option<TeacherId>,
    /// Whether the user is no teacher and has to name one.
    needs_teacher: bool,
    project_id: Option<ProjectId>,
    title: String,
    /// Blank: the teacher's.
    subject: String,
    /// `None`: the teacher's.
    stage: Option<Stage>,
    taught_on: Option<NaiveDate>,
    summary: String,
}

impl Draft {
    fn of(lesson: &LessonView) -> Self {
        Self {
            teacher_id: Some(lesson.teacher_id),
            needs_teacher: false,
            project_id: lesson.project_id,
            title: lesson.title.clone(),
            subject: lesson.subject.clone(),
            stage: Some(lesson.stage),
            taught_on: lesson.taught_on,
            summary: lesson.summary.clone().unwrap_or_default(),
        }
    }

    fn to_create(&self) -> Result<CreateLesson, Vec<FieldError>> {
        let mut faults = required(&[("/title", &self.title)]).err().unwrap_or_default();
        if self.needs_teacher && self.teacher_id.is_none() {
            faults.insert(0, fault("/teacher_id", t!("请选择授课教师")));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        check(CreateLesson {
            teacher_id: self.teacher_id,
            project_id: self.project_id,
            title: self.title.trim().to_owned(),
            subject: filled(&self.subject),
            stage: self.stage,
            taught_on: self.taught_on,
            summary: filled(&self.summary),
        })
    }

    fn to_update(&self) -> Result<UpdateLesson, Vec<FieldError>> {
        required(&[("/title", &self.title), ("/subject", &self.subject)])?;
        check(UpdateLesson {
            project_id: Some(self.project_id),
            title: Some(self.title.trim().to_owned()),
            subject: filled(&self.subject),
            stage: self.stage,
            taught_on: Some(self.taught_on),
            summary: Some(filled(&self.summary)),
        })
    }
}

/// A text, if there is one.
fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The fields that a new lesson and one there already have in common.
fn shared_fields(form: &Form<Draft>, new: bool, own_projects: bool) -> Html {
    let draft = form.draft();
    let mine = if own_projects { Query::new().with("mine", "true") } else { Query::new() };
    let by_default = new.then_some(AttrValue::Static(t!("不填则取教师的任教学科。")));
    let stage_by_default = new.then_some(AttrValue::Static(t!("不选则取教师的任教学段。")));
    html! {
        <>
            <TextField label={t!("课题")} required=true maxlength="200" placeholder={t!("如：《荷花》第二课时")}
                bind={form.bind("/title", draft.title.clone(), |draft, text| draft.title = text)} />
            <ProjectField label={t!("培训项目")} placeholder={t!("不属于任何项目")} within={mine}
                hint={t!("教师参加的送教下乡等项目。等次由该项目的送培团队评定。")}
                bind={form.bind("/project_id", draft.project_id, |draft, id| draft.project_id = id)} />
            <TextField label={t!("学科")} required={!new} maxlength="32" hint={by_default}
                bind={form.bind("/subject", draft.subject.clone(), |draft, text| draft.subject = text)} />
            <SelectField<Stage> label={t!("学段")} required={!new} none={if new { t!("与教师相同") } else { t!("请选择") }} hint={stage_by_default}
                bind={form.bind("/stage", draft.stage, |draft, stage| draft.stage = stage)} />
            <DateField label={t!("授课日期")} max={format::days_after(format::today(), 366)}
                bind={form.bind("/taught_on", draft.taught_on, |draft, day| draft.taught_on = day)} />
            <TextAreaField label={t!("课例说明")} rows=6 maxlength="5000"
                hint={t!("教学目标、教学设计要点、磨课中的改进等，供评定和评审时参考。")}
                bind={form.bind("/summary", draft.summary.clone(), |draft, text| draft.summary = text)} />
        </>
    }
}

/// Enters a lesson; `?teacher_id=` and `?project_id=` say whose and of what.
#[component]
pub fn CreatePage() -> Html {
    let session = use_session();
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let query = use_url_query();
    let me = session.me().cloned();
    let own = me.as_ref().is_some_and(|me| me.role == Role::Teacher);
    let form = use_page_form(|| Draft {
        teacher_id: query.get("teacher_id").and_then(|id| id.parse().ok()).filter(|_| !own),
        needs_teacher: me.as_ref().is_some_and(|me| me.teacher_id.is_none()),
        project_id: query.get("project_id").and_then(|id| id.parse().ok()),
        ..Draft::default()
    });
    let submit = use_submit(
        &form,
        Draft::to_create,
        |client, body| async move { create_lesson(&client, &body).await },
        move |created| {
            toasts.success(t!("已登记课例“{title}”", title = created.value.title));
            navigator.replace(&Route::Lesson { id: created.value.id });
        },
    );
    let draft = form.draft();
    let needs_teacher = draft.needs_teacher;
    let hint = if needs_teacher { t!("可按姓名或教师编号查找。") } else { t!("不选则为您本人。") };
    html! {
        <>
            <PageHeader title={t!("登记课例")} crumbs={vec![list_crumb()]} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("登记课例")} cancel={Route::Lessons} label={t!("登记课例")}>
                    if !own {
                        <TeacherField label={t!("授课教师")} required={needs_teacher} {hint}
                            bind={form.bind("/teacher_id", draft.teacher_id, |draft, id| draft.teacher_id = id)} />
                    }
                    { shared_fields(&form, true, own) }
                </FormView>
            </Section>
        </>
    }
}

/// What the page is of.
#[derive(Properties, PartialEq)]
pub struct EditPageProps {
    pub id: LessonId,
}

/// Changes a lesson that is not graded yet.
#[component]
pub fn EditPage(props: &EditPageProps) -> Html {
    let load = use_query(Some(find_lesson(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |lesson| {
        if lesson.grade.is_some() {
            let crumbs = vec![list_crumb(), Crumb::to(lesson.title.clone(), Route::Lesson { id: lesson.id })];
            return html! {
                <>
                    <PageHeader title={t!("编辑课例")} {crumbs} />
                    <EmptyState icon={IconName::Lock} title={t!("课例已评定等次，不能再修改")}>
                        <p>{ t!("等次是对当时这节课的评定，评定之后课例内容保持不变。") }</p>
                        <ButtonLink to={Route::Lesson { id: lesson.id }}>{ t!("查看课例") }</ButtonLink>
                    </EmptyState>
                </>
            };
        }
        // Another version begins another draft: what somebody else changed is seen, not overwritten.
        html! { <EditForm key={lesson.version} lesson={lesson.clone()} {etag} {reload} /> }
    })
}

#[derive(Properties, PartialEq)]
struct EditFormProps {
    lesson: LessonView,
    etag: String,
    reload: Callback<()>,
}

#[component]
fn EditForm(props: &EditFormProps) -> Html {
    let EditFormProps { lesson, etag, reload } = props;
    let id = lesson.id;
    let here = Route::Lesson { id };
    let session = use_session();
    let own = session.me().is_some_and(|me| me.role == Role::Teacher);
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let form = use_page_form(|| Draft::of(lesson));
    let submit = {
        let (etag, there) = (etag.clone(), here.clone());
        use_submit(
            &form,
            Draft::to_update,
            move |client, body| {
                let etag = etag.clone();
                async move { update_lesson(&client, id, &etag, &body).await }
            },
            move |_| {
                toasts.success(t!("修改已保存"));
                navigator.replace(&there);
            },
        )
    };
    let crumbs = vec![list_crumb(), Crumb::to(lesson.title.clone(), here.clone())];
    html! {
        <>
            <PageHeader title={t!("编辑课例")} {crumbs}
                subtitle={html! { t!("授课教师 {teacher_name}，{name}", teacher_name = lesson.teacher_name, name = lesson.organization.name) }} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("保存修改")} cancel={here} onstale={reload.clone()} label={t!("编辑课例")}>
                    { shared_fields(&form, false, own) }
                </FormView>
            </Section>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers<T>(outcome: Result<T, Vec<FieldError>>) -> Vec<String> {
        outcome.err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn who_is_no_teacher_names_one() {
        let mut draft = Draft { needs_teacher: true, ..Draft::default() };
        assert_eq!(pointers(draft.to_create()), ["/teacher_id", "/title"]);
        draft.needs_teacher = false;
        draft.title = " 《荷花》第二课时 ".into();
        let body = draft.to_create().expect("a valid draft");
        assert_eq!(body.title, "《荷花》第二课时");
        assert!(body.teacher_id.is_none() && body.subject.is_none() && body.summary.is_none());
    }

    #[test]
    fn what_is_emptied_is_cleared() {
        let draft =
            Draft { title: "荷花".into(), subject: "语文".into(), stage: Some(Stage::Primary), ..Draft::default() };
        let body = draft.to_update().expect("a valid draft");
        assert_eq!((body.project_id, body.taught_on, body.summary), (Some(None), Some(None), Some(None)));
        assert_eq!(pointers(Draft { subject: " ".into(), ..draft }.to_update()), ["/subject"]);
    }
}
