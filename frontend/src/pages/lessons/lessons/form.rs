//! The pages that create a lesson and edit one that is not graded yet.

use std::rc::Rc;

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, LessonId, ProjectId, Role, TeacherId,
    lessons::{CreateLesson, LessonQuery, LessonView, UpdateLesson},
    projects::ProjectQuery,
    training::Stage,
};
use yew::prelude::*;

use super::common::list_crumb;
use crate::{
    api::lessons::{create_lesson, find_lesson, update_lesson},
    components::{
        ButtonLink, Crumb, DateField, EditForm, EmptyState, Extras, FormPage, IconName, IdProps, PageHeader,
        SelectField, TeacherField, TextAreaField, TextField, edit_page, loaded, save_with, use_create,
    },
    format,
    hooks::{Errors, Form, bind, check, optional_text, required, use_page_form, use_query, use_url_query},
    i18n::heading,
    pages::training::projects::ProjectField,
    route::Route,
    session::use_session,
};

/// The values of the fields.
#[derive(Clone, Default)]
struct Draft {
    /// `None`: the teacher to whom the user is linked.
    teacher_id: Option<TeacherId>,
    /// Whether the user is not linked to a teacher and has to choose one.
    needs_teacher: bool,
    project_id: Option<ProjectId>,
    title: String,
    /// Blank: the teacher's subject.
    subject: String,
    /// `None`: the teacher's stage.
    stage: Option<Stage>,
    taught_on: Option<NaiveDate>,
    summary: String,
    /// Why this is another lesson than one of an equal title.
    distinct_reason: String,
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
            distinct_reason: lesson.distinct_reason.clone().unwrap_or_default(),
        }
    }

    fn to_create(&self) -> Result<CreateLesson, Vec<FieldError>> {
        let mut errors = Errors::default();
        if self.needs_teacher {
            errors.chosen("/teacher_id", self.teacher_id, t!("请选择授课教师"));
        }
        errors.chosen("/title", optional_text(&self.title), t!("请填写此项"));
        errors.build(|| {
            Some(CreateLesson {
                teacher_id: self.teacher_id,
                project_id: self.project_id,
                title: self.title.trim().to_owned(),
                subject: optional_text(&self.subject),
                stage: self.stage,
                taught_on: self.taught_on,
                summary: optional_text(&self.summary),
                distinct_reason: optional_text(&self.distinct_reason),
            })
        })
    }

    fn to_update(&self) -> Result<UpdateLesson, Vec<FieldError>> {
        required(&[("/title", &self.title), ("/subject", &self.subject)])?;
        check(UpdateLesson {
            project_id: Some(self.project_id),
            title: Some(self.title.trim().to_owned()),
            subject: optional_text(&self.subject),
            stage: self.stage,
            taught_on: Some(self.taught_on),
            summary: Some(optional_text(&self.summary)),
            distinct_reason: optional_text(&self.distinct_reason),
        })
    }
}

/// The fields of both pages.
fn shared_fields(form: &Form<Draft>, new: bool, own_projects: bool) -> Html {
    let mine = ProjectQuery { mine: own_projects.then_some(true), ..Default::default() };
    let by_default = new.then_some(AttrValue::Static(t!("不填则取教师的任教学科。")));
    let stage_by_default = new.then_some(AttrValue::Static(t!("不选则取教师的任教学段。")));
    let reason = bind!(form.distinct_reason);
    // Asked for once the API has found a lesson of an equal title.
    let suspected = reason.error.is_some() || !reason.value.is_empty();
    html! {
        <>
            <TextField label={heading::<LessonView>("title")} required=true maxlength="200" placeholder={t!("如：《荷花》第二课时")} bind={bind!(form.title)} />
            if suspected {
                <TextAreaField label={heading::<LessonView>("distinct_reason")} rows=2 maxlength="2000"
                    hint={t!("确是另一节课时填写，如另一班级、另一课时；重复登记的请取消。")} bind={reason} />
            }
            <ProjectField label={heading::<LessonView>("project_title")} placeholder={t!("不属于任何项目")} within={mine}
                hint={t!("教师参加的送教下乡等项目。等次由该项目的送培团队评定。")}
                bind={bind!(form.project_id)} />
            <TextField label={heading::<LessonView>("subject")} required={!new} maxlength="32" hint={by_default} bind={bind!(form.subject)} />
            <SelectField<Stage> label={heading::<LessonView>("stage")} required={!new} none={if new { t!("与教师相同") } else { t!("请选择") }} hint={stage_by_default}
                bind={bind!(form.stage)} />
            <DateField label={heading::<LessonView>("taught_on")} max={format::days_after(format::today(), 366)} bind={bind!(form.taught_on)} />
            <TextAreaField label={heading::<LessonView>("summary")} rows=6 maxlength="5000"
                hint={t!("教学目标、教学设计要点、磨课中的改进等，供评定和评审时参考。")}
                bind={bind!(form.summary)} />
        </>
    }
}

/// Creates a lesson; `?teacher_id=` and `?project_id=` prefill the form.
#[component]
pub fn CreatePage() -> Html {
    let session = use_session();
    let query: LessonQuery = use_url_query().read();
    let me = session.me().cloned();
    let own = me.as_ref().is_some_and(|me| me.role == Role::Teacher);
    let form = use_page_form(|| Draft {
        teacher_id: query.teacher_id.filter(|_| !own),
        needs_teacher: me.as_ref().is_some_and(|me| me.teacher_id.is_none()),
        project_id: query.project_id,
        ..Draft::default()
    });
    let submit = use_create(
        &form,
        Draft::to_create,
        |client, body| async move { create_lesson(&client, &body).await },
        |created| t!("已登记课例“{title}”", title = created.title),
        |created| Route::Lesson { id: created.id },
    );
    let needs_teacher = form.draft().needs_teacher;
    let hint = if needs_teacher { t!("可按姓名或教师编号查找。") } else { t!("不选则为您本人。") };
    html! {
        <FormPage title={t!("登记课例")} crumbs={vec![list_crumb()]} status={form.status()} onsubmit={submit} cancel={Route::Lessons}>
            if !own {
                <TeacherField label={heading::<LessonView>("teacher_name")} required={needs_teacher} {hint} bind={bind!(form.teacher_id)} />
            }
            { shared_fields(&form, true, own) }
        </FormPage>
    }
}

/// Edits a lesson that is not graded yet.
#[component]
pub fn EditPage(props: &IdProps<LessonId>) -> Html {
    let id = props.id;
    let session = use_session();
    let load = use_query(Some(find_lesson(id)));
    loaded(&load, |lesson| {
        if lesson.grade.is_some() {
            let crumbs = vec![list_crumb(), Crumb::to(lesson.title.clone(), Route::Lesson { id })];
            return html! {
                <>
                    <PageHeader title={t!("编辑课例")} {crumbs} />
                    <EmptyState icon={IconName::Lock} title={t!("课例已评定等次，不能再修改")}>
                        <p>{ t!("等次是对当时这节课的评定，评定之后课例内容保持不变。") }</p>
                        <ButtonLink to={Route::Lesson { id }}>{ t!("查看课例") }</ButtonLink>
                    </EmptyState>
                </>
            };
        }
        let own = session.me().is_some_and(|me| me.role == Role::Teacher);
        let (teacher_name, name) = (&lesson.teacher_name, &lesson.organization.name);
        let form = EditForm {
            title: t!("编辑课例"),
            list: list_crumb(),
            name: lesson.title.clone(),
            page: Route::Lesson { id },
            draft: Draft::of(lesson),
            wire: Rc::new(Draft::to_update),
            fields: Rc::new(move |form| shared_fields(form, false, own)),
            save: save_with(
                &load,
                move |client, etag, body| async move { update_lesson(&client, id, &etag, &body).await },
            ),
            extras: Extras {
                subtitle: html! { t!("授课教师 {teacher_name}，{name}", teacher_name, name) },
                ..Extras::default()
            },
        };
        edit_page(&load, lesson.version, form)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

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
