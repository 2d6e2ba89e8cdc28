//! Adding and changing teachers.

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, OrganizationId, TeacherId,
    organizations::OrganizationKind,
    teachers::{CreateTeacher, Gender, TeacherStatus, TeacherView, UpdateTeacher},
    training::{SUBJECTS, Stage},
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::common::list_crumb;
use crate::{
    api::teachers::{create_teacher, find_teacher, update_teacher},
    components::{
        CheckboxField, Crumb, DateField, FormView, OrganizationField, PageHeader, Section, SelectField, TextField,
        loaded, use_toasts,
    },
    hooks::{Form, check, fault, required, use_page_form, use_query, use_submit, use_url_query},
    route::Route,
    session::use_session,
};

/// What the fields hold, of a new teacher and of one there already.
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
    /// Of a teacher there already: a new one. The old one is not known here.
    id_number: String,
    forget_id_number: bool,
}

/// What has to be chosen rather than typed.
struct Chosen {
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

    /// All that is missing, said at once: `texts` to be typed, and what is to be chosen.
    fn chosen(&self, texts: &[(&str, &str)]) -> Result<Chosen, Vec<FieldError>> {
        let mut faults = required(texts).err().unwrap_or_default();
        let status = self.status.unwrap_or(TeacherStatus::Active);
        if self.organization_id.is_none() {
            faults.push(fault("/organization_id", t!("请选择单位")));
        }
        if self.stage.is_none() {
            faults.push(fault("/stage", t!("请选择学段")));
        }
        if self.joined_on.is_none() {
            faults.push(fault("/joined_on", t!("请填写入职日期")));
        }
        if status.has_ended() && self.left_on.is_none() {
            faults.push(fault("/left_on", t!("退休或离职的教师须填写离任日期")));
        }
        match (self.stage, self.joined_on) {
            (Some(stage), Some(joined_on)) if faults.is_empty() => Ok(Chosen { stage, joined_on, status }),
            _ => Err(faults),
        }
    }

    fn title(&self) -> Option<String> {
        some_text(&self.title)
    }

    fn id_number(&self) -> Option<String> {
        some_text(&self.id_number).map(|number| number.to_uppercase())
    }

    fn to_create(&self) -> Result<CreateTeacher, Vec<FieldError>> {
        let texts = [("/teacher_no", &*self.teacher_no), ("/name", &*self.name), ("/subject", &*self.subject)];
        let Chosen { stage, joined_on, status } = self.chosen(&texts)?;
        let organization_id = self.organization_id.ok_or_else(Vec::new)?;
        check(CreateTeacher {
            teacher_no: self.teacher_no.trim().to_owned(),
            name: self.name.trim().to_owned(),
            gender: self.gender,
            organization_id,
            subject: self.subject.trim().to_owned(),
            stage,
            title: self.title(),
            joined_on,
            left_on: self.left_on,
            status: Some(status),
            backbone: self.backbone,
            id_number: self.id_number(),
        })
    }

    fn to_update(&self) -> Result<UpdateTeacher, Vec<FieldError>> {
        let texts = [("/name", &*self.name), ("/subject", &*self.subject)];
        let Chosen { stage, joined_on, status } = self.chosen(&texts)?;
        check(UpdateTeacher {
            name: Some(self.name.trim().to_owned()),
            gender: Some(self.gender),
            subject: Some(self.subject.trim().to_owned()),
            stage: Some(stage),
            title: Some(self.title()),
            joined_on: Some(joined_on),
            left_on: Some(self.left_on),
            status: Some(status),
            backbone: Some(self.backbone),
            // What is not typed anew stays.
            id_number: match (self.id_number(), self.forget_id_number) {
                (Some(number), _) => Some(Some(number)),
                (None, true) => Some(None),
                (None, false) => None,
            },
        })
    }
}

fn some_text(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The fields that a new teacher and one there already have in common.
fn shared_fields(form: &Form<Draft>) -> Html {
    let draft = form.draft();
    html! {
        <>
            <TextField label={t!("姓名")} required=true maxlength="64"
                bind={form.bind("/name", draft.name.clone(), |draft, text| draft.name = text)} />
            <SelectField<Gender> label={t!("性别")} none={t!("未填写")}
                bind={form.bind("/gender", draft.gender, |draft, gender| draft.gender = gender)} />
            <TextField label={t!("学科")} required=true maxlength="32" suggestions={SUBJECTS} hint={t!("可从列表中选择，也可自行填写。")}
                bind={form.bind("/subject", draft.subject.clone(), |draft, text| draft.subject = text)} />
            <SelectField<Stage> label={t!("学段")} required=true
                bind={form.bind("/stage", draft.stage, |draft, stage| draft.stage = stage)} />
            <TextField label={t!("职称")} maxlength="32" placeholder={t!("如：一级教师")}
                bind={form.bind("/title", draft.title.clone(), |draft, text| draft.title = text)} />
            <SelectField<TeacherStatus> label={t!("状态")} required=true
                bind={form.bind("/status", draft.status, |draft, status| draft.status = status)} />
            <DateField label={t!("入职日期")} required=true hint={t!("入职当年按在岗月份折算应修学时。")}
                bind={form.bind("/joined_on", draft.joined_on, |draft, day| draft.joined_on = day)} />
            <DateField label={t!("离任日期")} hint={t!("在岗的最后一天；退休或离职时填写。")} required={draft.status.is_some_and(TeacherStatus::has_ended)}
                bind={form.bind("/left_on", draft.left_on, |draft, day| draft.left_on = day)} />
            <CheckboxField label={t!("骨干教师")} bind={form.bind("/backbone", draft.backbone, |draft, yes| draft.backbone = yes)} />
        </>
    }
}

fn id_number_field(form: &Form<Draft>, hint: &'static str) -> Html {
    let number = form.draft().id_number.clone();
    html! {
        <TextField label={t!("身份证号")} maxlength="18" {hint}
            bind={form.bind("/id_number", number, |draft, text| draft.id_number = text)} />
    }
}

/// Adds a teacher; `?organization_id=` says where.
#[component]
pub fn CreatePage() -> Html {
    let session = use_session();
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let query = use_url_query();
    let form = use_page_form(|| {
        let asked = query.get("organization_id").and_then(|id| id.parse().ok());
        // Of a school's own clerk, the school.
        let school = |kind| matches!(kind, OrganizationKind::School | OrganizationKind::Kindergarten);
        let own = session.me().filter(|me| school(me.organization.kind)).map(|me| me.organization.id);
        Draft { organization_id: asked.or(own), status: Some(TeacherStatus::Active), ..Draft::default() }
    });
    let submit = use_submit(
        &form,
        Draft::to_create,
        |client, body| async move { create_teacher(&client, &body).await },
        move |created| {
            toasts.success(t!("已新增教师“{name}”", name = created.value.name));
            navigator.replace(&Route::Teacher { id: created.value.id });
        },
    );
    let draft = form.draft();
    html! {
        <>
            <PageHeader title={t!("新增教师")} crumbs={vec![list_crumb()]} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("新增教师")} cancel={Route::Teachers} label={t!("新增教师")}>
                    <TextField label={t!("教师编号")} required=true maxlength="32" autofocus=true
                        hint={t!("全国教师管理信息系统中的编号，登记后不能修改。")}
                        bind={form.bind("/teacher_no", draft.teacher_no.clone(), |draft, text| draft.teacher_no = text)} />
                    <OrganizationField label={t!("单位")} required=true hint={t!("任职自入职日期起算；以后变动请用“调动”。")}
                        bind={form.bind("/organization_id", draft.organization_id, |draft, id| draft.organization_id = id)} />
                    { shared_fields(&form) }
                    { id_number_field(&form, t!("选填。加密保存，页面上只显示首尾几位。")) }
                </FormView>
            </Section>
        </>
    }
}

/// What the page is of.
#[derive(Properties, PartialEq)]
pub struct EditPageProps {
    pub id: TeacherId,
}

/// Changes a teacher.
#[component]
pub fn EditPage(props: &EditPageProps) -> Html {
    let load = use_query(Some(find_teacher(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |teacher| {
        html! {
            // Another version begins another draft: what somebody else changed is seen, not overwritten.
            <EditForm key={teacher.version} teacher={teacher.clone()} {etag} {reload} />
        }
    })
}

#[derive(Properties, PartialEq)]
struct EditFormProps {
    teacher: TeacherView,
    etag: String,
    reload: Callback<()>,
}

#[component]
fn EditForm(props: &EditFormProps) -> Html {
    let EditFormProps { teacher, etag, reload } = props;
    let id = teacher.id;
    let here = Route::Teacher { id };
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let form = use_page_form(|| Draft::of(teacher));
    let submit = {
        let (etag, there) = (etag.clone(), here.clone());
        use_submit(
            &form,
            Draft::to_update,
            move |client, body| {
                let etag = etag.clone();
                async move { update_teacher(&client, id, &etag, &body).await }
            },
            move |_| {
                toasts.success(t!("修改已保存"));
                navigator.replace(&there);
            },
        )
    };
    let draft = form.draft();
    let crumbs = vec![list_crumb(), Crumb::to(teacher.name.clone(), here.clone())];
    let subtitle = html! {
        <>{ t!("教师编号 ") }<code>{ &teacher.teacher_no }</code>{ t!("，{name}。变动单位请用“调动”。", name = teacher.organization.name) }</>
    };
    html! {
        <>
            <PageHeader title={t!("编辑教师")} {crumbs} {subtitle} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("保存修改")} cancel={here} onstale={reload.clone()} label={t!("编辑教师")}>
                    { shared_fields(&form) }
                    { id_number_field(&form, if teacher.id_number.is_some() { t!("已登记。留空表示不修改。") } else { t!("尚未登记。") }) }
                    if teacher.id_number.is_some() {
                        <CheckboxField label={t!("删除已登记的身份证号")}
                            bind={form.bind("/forget_id_number", draft.forget_id_number, |draft, yes| draft.forget_id_number = yes)} />
                    }
                </FormView>
            </Section>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            teacher_no: " 220283000123 ".into(),
            name: "王芳".into(),
            organization_id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok(),
            subject: "语文".into(),
            stage: Some(Stage::Primary),
            joined_on: NaiveDate::from_ymd_opt(2010, 8, 1),
            ..Draft::default()
        }
    }

    fn pointers<T>(outcome: Result<T, Vec<FieldError>>) -> Vec<String> {
        outcome.err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn what_is_missing_is_said_field_by_field() {
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
    fn an_id_number_stays_unless_typed_anew_or_taken_away() {
        assert!(draft().to_update().is_ok_and(|body| body.id_number.is_none()));
        let anew = Draft { id_number: "11010519491231002x".into(), ..draft() };
        assert!(anew.to_update().is_ok_and(|body| body.id_number == Some(Some("11010519491231002X".into()))));
        let away = Draft { forget_id_number: true, ..draft() };
        assert!(away.to_update().is_ok_and(|body| body.id_number == Some(None)));
        assert_eq!(pointers(Draft { id_number: "123".into(), ..draft() }.to_create()), ["/id_number"]);
    }
}
