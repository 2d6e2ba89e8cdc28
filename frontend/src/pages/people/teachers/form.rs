//! The pages that create and edit a teacher.

use std::rc::Rc;

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, OrganizationId, Permission, TeacherId,
    organizations::OrganizationKind,
    teachers::{CreateTeacher, Gender, TeacherQuery, TeacherStatus, TeacherView, UpdateTeacher},
    training::{SUBJECTS, Stage},
};
use yew::prelude::*;

use super::common::list_crumb;
use crate::{
    api::teachers::{create_teacher, find_teacher, update_teacher},
    components::{
        CheckboxField, DateField, EditForm, Extras, FormPage, IdProps, OrganizationField, SelectField, TextField,
        edit_page, loaded, save_with, use_create,
    },
    hooks::{Errors, Form, bind, check, code_text, optional_text, use_page_form, use_query, use_url_query},
    i18n::heading,
    route::Route,
    session::use_session,
};

/// The values of the fields.
#[derive(Clone, Default)]
struct Draft {
    teacher_no: String,
    name: String,
    gender: Option<Gender>,
    organization_id: Option<OrganizationId>,
    subject: String,
    stage: Option<Stage>,
    title: String,
    joined_on: Option<NaiveDate>,
    left_on: Option<NaiveDate>,
    status: Option<TeacherStatus>,
    backbone: bool,
    /// A new number; the present one is not known here.
    id_number: String,
    forget_id_number: bool,
}

/// The values that are chosen rather than typed.
struct Chosen {
    organization_id: OrganizationId,
    stage: Stage,
    joined_on: NaiveDate,
    status: TeacherStatus,
}

impl Draft {
    fn of(teacher: &TeacherView) -> Self {
        Self {
            teacher_no: teacher.teacher_no.clone(),
            name: teacher.name.clone(),
            gender: teacher.gender,
            organization_id: Some(teacher.organization.id),
            subject: teacher.subject.clone(),
            stage: Some(teacher.stage),
            title: teacher.title.clone().unwrap_or_default(),
            joined_on: Some(teacher.joined_on),
            left_on: teacher.left_on,
            status: Some(teacher.status),
            backbone: teacher.backbone,
            ..Self::default()
        }
    }

    /// The values that must be chosen. Reports everything that is missing at once, blank `texts` included.
    fn chosen(&self, texts: &[(&str, &str)]) -> Result<Chosen, Vec<FieldError>> {
        let mut errors = Errors::required(texts);
        let status = self.status.unwrap_or(TeacherStatus::Active);
        let organization_id = errors.chosen("/organization_id", self.organization_id, t!("请选择单位"));
        let stage = errors.chosen("/stage", self.stage, t!("请选择学段"));
        let joined_on = errors.chosen("/joined_on", self.joined_on, t!("请填写入职日期"));
        if status.has_ended() {
            errors.chosen("/left_on", self.left_on, t!("退休或离职的教师须填写离任日期"));
        }
        match (organization_id, stage, joined_on) {
            (Some(organization_id), Some(stage), Some(joined_on)) => {
                errors.finish().map(|()| Chosen { organization_id, stage, joined_on, status })
            }
            _ => Err(errors.finish().err().unwrap_or_default()),
        }
    }

    fn id_number(&self) -> Option<String> {
        optional_text(&code_text(&self.id_number)).map(|number| number.to_uppercase())
    }

    fn to_create(&self) -> Result<CreateTeacher, Vec<FieldError>> {
        let texts = [("/teacher_no", &*self.teacher_no), ("/name", &*self.name), ("/subject", &*self.subject)];
        let Chosen { organization_id, stage, joined_on, status } = self.chosen(&texts)?;
        check(CreateTeacher {
            teacher_no: code_text(&self.teacher_no),
            name: self.name.trim().to_owned(),
            gender: self.gender,
            organization_id,
            subject: self.subject.trim().to_owned(),
            stage,
            title: optional_text(&self.title),
            joined_on,
            left_on: self.left_on,
            status: Some(status),
            backbone: self.backbone,
            id_number: self.id_number(),
        })
    }

    fn to_update(&self) -> Result<UpdateTeacher, Vec<FieldError>> {
        let texts = [("/name", &*self.name), ("/subject", &*self.subject)];
        let Chosen { stage, joined_on, status, .. } = self.chosen(&texts)?;
        check(UpdateTeacher {
            name: Some(self.name.trim().to_owned()),
            gender: Some(self.gender),
            subject: Some(self.subject.trim().to_owned()),
            stage: Some(stage),
            title: Some(optional_text(&self.title)),
            joined_on: Some(joined_on),
            left_on: Some(self.left_on),
            status: Some(status),
            backbone: Some(self.backbone),
            // Blank leaves the number unchanged.
            id_number: match (self.id_number(), self.forget_id_number) {
                (Some(number), _) => Some(Some(number)),
                (None, true) => Some(None),
                (None, false) => None,
            },
            reason: None,
            void_records: false,
        })
    }
}

/// The fields of both pages. What is entered about service by users who may not confirm it waits for confirmation.
fn shared_fields(form: &Form<Draft>, confirms: bool) -> Html {
    let draft = form.draft();
    html! {
        <>
            <TextField label={heading::<TeacherView>("name")} required=true maxlength="64" bind={bind!(form.name)} />
            <SelectField<Gender> label={heading::<TeacherView>("gender")} none={t!("未填写")} bind={bind!(form.gender)} />
            <TextField label={heading::<TeacherView>("subject")} required=true maxlength="32" suggestions={SUBJECTS} hint={t!("可从列表中选择，也可自行填写。")}
                bind={bind!(form.subject)} />
            <SelectField<Stage> label={heading::<TeacherView>("stage")} required=true bind={bind!(form.stage)} />
            <TextField label={heading::<TeacherView>("title")} maxlength="32" placeholder={t!("如：一级教师")} bind={bind!(form.title)} />
            <SelectField<TeacherStatus> label={heading::<TeacherView>("status")} required=true bind={bind!(form.status)} />
            <DateField label={heading::<TeacherView>("joined_on")} required=true hint={t!("入职当年按在岗月份折算应修学时。")} bind={bind!(form.joined_on)} />
            <DateField label={heading::<TeacherView>("left_on")} hint={t!("在岗的最后一天；退休或离职时填写。")} required={draft.status.is_some_and(TeacherStatus::has_ended)}
                bind={bind!(form.left_on)} />
            <CheckboxField label={heading::<TeacherView>("backbone")} bind={bind!(form.backbone)} />
            if !confirms { <p class="muted small">{ t!("入职、离任日期和离任状态由学校上报，经进修学校确认后生效。") }</p> }
        </>
    }
}

fn id_number_field(form: &Form<Draft>, hint: &'static str) -> Html {
    html! {
        <TextField label={t!("身份证号")} maxlength="18" {hint}
            bind={bind!(form.id_number)} />
    }
}

/// Creates a teacher, at `?organization_id=` if given.
#[component]
pub fn CreatePage() -> Html {
    let session = use_session();
    let query: TeacherQuery = use_url_query().read();
    let form = use_page_form(|| {
        let requested = query.organization_id;
        // A school's clerk adds teachers of that school.
        let is_school = |kind| matches!(kind, OrganizationKind::School | OrganizationKind::Kindergarten);
        let own = session.me().filter(|me| is_school(me.organization.kind)).map(|me| me.organization.id);
        Draft { organization_id: requested.or(own), status: Some(TeacherStatus::Active), ..Draft::default() }
    });
    let submit = use_create(
        &form,
        Draft::to_create,
        |client, body| async move { create_teacher(&client, &body).await },
        |created| t!("已新增教师“{name}”", name = created.name),
        |created| Route::Teacher { id: created.id },
    );
    html! {
        <FormPage title={t!("新增教师")} crumbs={vec![list_crumb()]} status={form.status()} onsubmit={submit} cancel={Route::Teachers}>
            <TextField label={heading::<TeacherView>("teacher_no")} required=true maxlength="32" autofocus=true
                hint={t!("全国教师管理信息系统中的编号，登记后不能修改。")} bind={bind!(form.teacher_no)} />
            <OrganizationField label={t!("单位")} required=true hint={t!("任职自入职日期起算；以后变动请用“调动”。")}
                bind={bind!(form.organization_id)} />
            { shared_fields(&form, session.can(Permission::AppointmentsConfirm)) }
            { id_number_field(&form, t!("选填。加密保存，页面上只显示末两位。")) }
        </FormPage>
    }
}

/// Edits a teacher.
#[component]
pub fn EditPage(props: &IdProps<TeacherId>) -> Html {
    let id = props.id;
    let confirms = use_session().can(Permission::AppointmentsConfirm);
    let load = use_query(Some(find_teacher(id)));
    loaded(&load, |teacher| {
        let subtitle = html! {
            <>{ t!("教师编号 ") }<code>{ &teacher.teacher_no }</code>{ t!("，{name}。变动单位请用“调动”。", name = teacher.organization.name) }</>
        };
        let has_id_number = teacher.id_number.is_some();
        let form = EditForm {
            title: t!("编辑教师"),
            list: list_crumb(),
            name: teacher.name.clone(),
            page: Route::Teacher { id },
            draft: Draft::of(teacher),
            wire: Rc::new(Draft::to_update),
            fields: Rc::new(move |form| {
                html! {
                    <>
                        { shared_fields(form, confirms) }
                        { id_number_field(form, if has_id_number { t!("已登记。留空表示不修改。") } else { t!("尚未登记。") }) }
                        if has_id_number {
                            <CheckboxField label={t!("删除已登记的身份证号")} bind={bind!(form.forget_id_number)} />
                        }
                    </>
                }
            }),
            save: save_with(
                &load,
                move |client, etag, body| async move { update_teacher(&client, id, &etag, &body).await },
            ),
            extras: Extras { subtitle, ..Extras::default() },
        };
        edit_page(&load, teacher.version, form)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

    fn draft() -> Draft {
        Draft {
            teacher_no: " ２２０２８３000123 ".into(),
            name: "王芳".into(),
            organization_id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok(),
            subject: "语文".into(),
            stage: Some(Stage::Primary),
            joined_on: NaiveDate::from_ymd_opt(2010, 8, 1),
            ..Draft::default()
        }
    }

    #[test]
    fn missing_fields_are_reported_one_by_one() {
        let all = ["/teacher_no", "/name", "/subject", "/organization_id", "/stage", "/joined_on"];
        assert_eq!(pointers(Draft::default().to_create()), all);
        assert!(draft().to_create().is_ok_and(|body| body.teacher_no == "220283000123" && body.id_number.is_none()));
    }

    #[test]
    fn who_left_has_a_last_day() {
        let left = Draft { status: Some(TeacherStatus::Retired), ..draft() };
        assert_eq!(pointers(left.to_update()), ["/left_on"]);
    }

    #[test]
    fn an_id_number_stays_unless_replaced_or_removed() {
        assert!(draft().to_update().is_ok_and(|body| body.id_number.is_none()));
        let anew = Draft { id_number: "11010519491231002x".into(), ..draft() };
        assert!(anew.to_update().is_ok_and(|body| body.id_number == Some(Some("11010519491231002X".into()))));
        let away = Draft { forget_id_number: true, ..draft() };
        assert!(away.to_update().is_ok_and(|body| body.id_number == Some(None)));
        assert_eq!(pointers(Draft { id_number: "123".into(), ..draft() }.to_create()), ["/id_number"]);
    }
}
