//! The pages that create and edit a project.

use std::rc::Rc;

use chrono::{Datelike, NaiveDate};
use songjiao_types::{
    FieldError, OrganizationId, Patch, ProjectId, TeamId,
    projects::{CreateProject, ProjectKind, ProjectStatus, ProjectView, UpdateProject},
    teams::TeamView,
    training::{SUBJECTS, Stage, TrainingDimension, TrainingLevel, TrainingMode},
};
use yew::prelude::*;

use super::common::{is_live, list_crumb, project_crumb};
use crate::{
    api::projects::{create_project, find_project, update_project},
    components::{
        CheckboxField, DateField, EditForm, Extras, FieldGroup, FormPage, HoursField, IdProps, Notice,
        OrganizationField, PageHeader, PickerField, SelectField, TextAreaField, TextField, edit_page, loaded,
        save_with, use_create,
    },
    format,
    hooks::{Errors, Form, bind, check, optional_text, use_page_form, use_query},
    i18n::heading,
    route::Route,
};

/// The values of the fields.
#[derive(Clone, Default)]
struct Draft {
    title: String,
    kind: Option<ProjectKind>,
    training_year: String,
    level: Option<TrainingLevel>,
    mode: Option<TrainingMode>,
    dimension: Option<TrainingDimension>,
    subject: String,
    stage: Option<Stage>,
    theme: String,
    school_theme: String,
    research_topic: String,
    conditions: String,
    requires_rural: bool,
    look_back_years: String,
    planned_hours: String,
    capacity: String,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    owner_organization_id: Option<OrganizationId>,
    host_organization_id: Option<OrganizationId>,
    team_id: Option<TeamId>,
    /// Why the planned hours of a running project are raised.
    reason: String,
}

/// The new value of a field, unless it is the same as before.
fn changed<T: PartialEq>(now: T, before: &T) -> Option<T> {
    (now != *before).then_some(now)
}

impl Draft {
    fn new() -> Self {
        Self {
            kind: Some(ProjectKind::SendTeaching),
            training_year: format::today().year().to_string(),
            look_back_years: "1".to_owned(),
            ..Self::default()
        }
    }

    fn of(project: &ProjectView) -> Self {
        let project = project.clone();
        Self {
            title: project.title,
            kind: Some(project.kind),
            training_year: project.training_year.to_string(),
            level: Some(project.level),
            mode: Some(project.mode),
            dimension: project.dimension,
            subject: project.subject.unwrap_or_default(),
            stage: project.stage,
            theme: project.theme.unwrap_or_default(),
            school_theme: project.school_theme.unwrap_or_default(),
            research_topic: project.research_topic.unwrap_or_default(),
            conditions: project.conditions.unwrap_or_default(),
            requires_rural: project.requires_rural,
            look_back_years: project.look_back_years.to_string(),
            planned_hours: project.planned_hours.to_string(),
            capacity: project.capacity.to_string(),
            starts_on: Some(project.starts_on),
            ends_on: Some(project.ends_on),
            owner_organization_id: Some(project.owner_organization_id),
            host_organization_id: project.host_organization_id,
            team_id: project.team_id,
            reason: String::new(),
        }
    }

    fn to_create(&self) -> Result<CreateProject, Vec<FieldError>> {
        let mut errors = Errors::required(&[("/title", &self.title)]);
        let kind = errors.chosen("/kind", self.kind, t!("请选择项目类型"));
        let training_year = errors.parsed("/training_year", &self.training_year, t!("请填写四位年份，如 2026"));
        let level = errors.chosen("/level", self.level, t!("请选择培训类别"));
        let mode = errors.chosen("/mode", self.mode, t!("请选择培训方式"));
        let look_back_years = errors.parsed("/look_back_years", &self.look_back_years, t!("请填写整数"));
        let planned_hours = errors.hours("/planned_hours", &self.planned_hours);
        let capacity = errors.parsed("/capacity", &self.capacity, t!("请填写整数"));
        let starts_on = errors.chosen("/starts_on", self.starts_on, t!("请选择开始日期"));
        let ends_on = errors.chosen("/ends_on", self.ends_on, t!("请选择结束日期"));
        errors.build(|| {
            Some(CreateProject {
                title: self.title.trim().to_owned(),
                kind: kind?,
                training_year: training_year?,
                level: level?,
                mode: mode?,
                dimension: self.dimension,
                subject: optional_text(&self.subject),
                stage: self.stage,
                theme: optional_text(&self.theme),
                school_theme: optional_text(&self.school_theme),
                research_topic: optional_text(&self.research_topic),
                conditions: optional_text(&self.conditions),
                requires_rural: self.requires_rural,
                look_back_years: look_back_years?,
                planned_hours: planned_hours?,
                capacity: capacity?,
                starts_on: starts_on?,
                ends_on: ends_on?,
                owner_organization_id: self.owner_organization_id,
                host_organization_id: self.host_organization_id,
                team_id: self.team_id,
            })
        })
    }

    /// The fields that differ from the project as it was. A running project refuses changes of some fields, so that
    /// unchanged ones must not be sent.
    fn to_update(&self, before: &ProjectView) -> Result<UpdateProject, Vec<FieldError>> {
        let now = self.to_create()?;
        let host: Patch<OrganizationId> = changed(now.host_organization_id, &before.host_organization_id);
        check(UpdateProject {
            title: changed(now.title, &before.title),
            training_year: changed(now.training_year, &before.training_year),
            level: changed(now.level, &before.level),
            mode: changed(now.mode, &before.mode),
            dimension: changed(now.dimension, &before.dimension),
            subject: changed(now.subject, &before.subject),
            stage: changed(now.stage, &before.stage),
            theme: changed(now.theme, &before.theme),
            school_theme: changed(now.school_theme, &before.school_theme),
            research_topic: changed(now.research_topic, &before.research_topic),
            conditions: changed(now.conditions, &before.conditions),
            requires_rural: changed(now.requires_rural, &before.requires_rural),
            look_back_years: changed(now.look_back_years, &before.look_back_years),
            planned_hours: changed(now.planned_hours, &before.planned_hours),
            capacity: changed(now.capacity, &before.capacity),
            starts_on: changed(now.starts_on, &before.starts_on),
            ends_on: changed(now.ends_on, &before.ends_on),
            host_organization_id: host,
            team_id: changed(now.team_id, &before.team_id),
            reason: optional_text(&self.reason),
        })
    }
}

fn basics(form: &Form<Draft>, new: bool, running: bool) -> Html {
    html! {
        <FieldGroup title={t!("基本信息")}>
            if !running {
                <TextField label={heading::<ProjectView>("title")} required=true maxlength="200" autofocus={new} placeholder={t!("如：2026年小学语文送教下乡培训")}
                    bind={bind!(form.title)} />
                if new {
                    <SelectField<ProjectKind> label={heading::<ProjectView>("kind")} required=true hint={t!("送教下乡项目自动建立五个阶段。建立后不能修改。")}
                        bind={bind!(form.kind)} />
                }
                <TextField label={heading::<ProjectView>("training_year")} required=true maxlength="4" inputmode="numeric" hint={t!("学时计入的年度，不由结束日期推算。")}
                    bind={bind!(form.training_year)} />
                <SelectField<TrainingLevel> label={heading::<ProjectView>("level")} required=true bind={bind!(form.level)} />
                <SelectField<TrainingMode> label={heading::<ProjectView>("mode")} required=true bind={bind!(form.mode)} />
            }
            if !running {
                <SelectField<TrainingDimension> label={heading::<ProjectView>("dimension")} none={t!("未定")} bind={bind!(form.dimension)} />
            }
        </FieldGroup>
    }
}

fn audience(form: &Form<Draft>) -> Html {
    html! {
        <FieldGroup title={t!("对象与条件")}>
            <TextField label={heading::<ProjectView>("subject")} maxlength="50" suggestions={SUBJECTS} hint={t!("填写后只能选派任教该学科的教师；不填则不限。")}
                bind={bind!(form.subject)} />
            <SelectField<Stage> label={heading::<ProjectView>("stage")} none={t!("不限")} bind={bind!(form.stage)} />
            <CheckboxField label={heading::<ProjectView>("requires_rural")} hint={t!("系统按单位的乡村标记自动核对。")} bind={bind!(form.requires_rural)} />
            <TextField label={heading::<ProjectView>("look_back_years")} required=true maxlength="2" inputmode="numeric" suffix={t!("年")}
                hint={t!("在此年数内参加过同类别培训的教师不再选派；0 为不限。")}
                bind={bind!(form.look_back_years)} />
            <TextAreaField label={heading::<ProjectView>("conditions")} maxlength="2000" rows=3 hint={t!("写给学校看的文字说明，如教龄、职称、骨干要求。")}
                bind={bind!(form.conditions)} />
        </FieldGroup>
    }
}

fn size(form: &Form<Draft>, running: bool) -> Html {
    let draft = form.draft();
    html! {
        <FieldGroup title={t!("时间与规模")}>
            if !running {
                <DateField label={heading::<ProjectView>("starts_on")} required=true bind={bind!(form.starts_on)} />
            }
            <DateField label={heading::<ProjectView>("ends_on")} required=true min={draft.starts_on} bind={bind!(form.ends_on)} />
            <HoursField label={heading::<ProjectView>("planned_hours")} required=true hint={t!("固定时长：全程参加可获得的学时，最多两位小数。")}
                bind={bind!(form.planned_hours)} />
            if running {
                <TextField label={t!("增加固定时长的理由")} maxlength="500" hint={t!("实施中固定时长只能增加，须说明理由。")} bind={bind!(form.reason)} />
            }
            <TextField label={heading::<ProjectView>("capacity")} required=true maxlength="6" inputmode="numeric" suffix={t!("人")} hint={t!("录取不能超过此数。")}
                bind={bind!(form.capacity)} />
        </FieldGroup>
    }
}

fn themes(form: &Form<Draft>) -> Html {
    html! {
        <FieldGroup title={t!("主题与课题")}>
            <TextField label={heading::<ProjectView>("theme")} maxlength="200" hint={t!("在需求调研的基础上确立。")} bind={bind!(form.theme)} />
            <TextField label={heading::<ProjectView>("school_theme")} maxlength="200" hint={t!("与送教主题对接的校本研修主题。")} bind={bind!(form.school_theme)} />
            <TextField label={heading::<ProjectView>("research_topic")} maxlength="200" hint={t!("主题研修课题化：所依托的科研课题。")} bind={bind!(form.research_topic)} />
        </FieldGroup>
    }
}

fn parties(form: &Form<Draft>, new: bool) -> Html {
    html! {
        <FieldGroup title={t!("承办与团队")}>
            if new {
                <OrganizationField label={heading::<ProjectView>("owner_organization_name")} placeholder={t!("与我的单位相同")} hint={t!("不选则为您所在的单位。建立后不能修改。")}
                    bind={bind!(form.owner_organization_id)} />
            }
            <OrganizationField label={heading::<ProjectView>("host_organization_name")} hint={t!("送教所到的学校或集中研修地点。")} bind={bind!(form.host_organization_id)} />
            <PickerField<TeamView> label={heading::<ProjectView>("team_name")} placeholder={t!("输入团队名称")} hint={t!("启动前须指定。团队成员可以管理本项目的阶段和考勤。")}
                bind={bind!(form.team_id)} />
        </FieldGroup>
    }
}

/// Creates a project as a draft.
#[component]
pub fn CreatePage() -> Html {
    let form = use_page_form(Draft::new);
    let submit = use_create(
        &form,
        Draft::to_create,
        |client, body| async move { create_project(&client, &body).await },
        |created| t!("已建立“{title}”，核对后即可发布", title = created.title),
        |created| Route::Project { id: created.id },
    );
    let subtitle = html! { t!("先保存为草稿；发布后学校才能看到并选派学员。") };
    html! {
        <FormPage title={t!("新建项目")} crumbs={vec![list_crumb()]} status={form.status()} onsubmit={submit} submit={t!("保存草稿")}
            cancel={Route::Projects} extras={Extras { subtitle, ..Extras::default() }}>
            { basics(&form, true, false) }
            { audience(&form) }
            { size(&form, false) }
            { themes(&form) }
            { parties(&form, true) }
        </FormPage>
    }
}

/// Edits the plan of a project.
#[component]
pub fn EditPage(props: &IdProps<ProjectId>) -> Html {
    let id = props.id;
    let load = use_query(Some(find_project(id)));
    loaded(&load, |project| {
        let running = project.status == ProjectStatus::Running;
        let notice = html! {
            if running {
                <Notice title={t!("项目正在实施")}>
                    { t!("此时只能延后结束日期、增加人数、说明理由后增加固定时长、调整主题、承办单位和送培团队；名称、类别和遴选条件已随通知公布，不再修改。") }
                </Notice>
            }
        };
        if !is_live(project) || !project.can_manage {
            return html! {
                <>
                    <PageHeader title={t!("编辑项目")} crumbs={vec![list_crumb(), project_crumb(id, project.title.clone())]} />
                    { notice }
                    <Notice title={t!("不能修改")}>{ t!("项目已经结束，或不由您的单位管理。") }</Notice>
                </>
            };
        }
        let before = project.clone();
        let form = EditForm {
            title: t!("编辑项目"),
            list: list_crumb(),
            name: project.title.clone(),
            page: Route::Project { id },
            draft: Draft::of(project),
            wire: Rc::new(move |draft: &Draft| draft.to_update(&before)),
            fields: Rc::new(move |form| {
                html! {
                    <>
                        if !running { { basics(form, false, running) }{ audience(form) } }
                        { size(form, running) }
                        { themes(form) }
                        { parties(form, false) }
                    </>
                }
            }),
            save: save_with(
                &load,
                move |client, etag, body| async move { update_project(&client, id, &etag, &body).await },
            ),
            extras: Extras { notice, ..Extras::default() },
        };
        edit_page(&load, project.version, form)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2026, 3, day)
    }

    fn draft() -> Draft {
        Draft {
            title: " 小学语文送教下乡 ".into(),
            training_year: "2026".into(),
            level: Some(TrainingLevel::National),
            mode: Some(TrainingMode::Blended),
            planned_hours: "72".into(),
            capacity: "50".into(),
            starts_on: day(1),
            ends_on: day(31),
            ..Draft::new()
        }
    }

    fn pointers(draft: &Draft) -> Vec<String> {
        draft.to_create().err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn all_missing_fields_are_reported_at_once() {
        let empty = Draft { training_year: "今年".into(), look_back_years: String::new(), ..Draft::new() };
        assert_eq!(
            pointers(&empty),
            [
                "/title",
                "/training_year",
                "/level",
                "/mode",
                "/look_back_years",
                "/planned_hours",
                "/capacity",
                "/starts_on",
                "/ends_on"
            ]
        );
        assert_eq!(pointers(&Draft { planned_hours: "1.555".into(), ..draft() }), ["/planned_hours"]);
        assert_eq!(pointers(&Draft { ends_on: NaiveDate::from_ymd_opt(2026, 2, 1), ..draft() }), ["/ends_on"]);
    }

    #[test]
    fn blank_texts_are_left_out() {
        let new =
            Draft { subject: " ".into(), theme: " 习作教学 ".into(), ..draft() }.to_create().expect("a valid draft");
        assert_eq!(
            (new.title.as_str(), new.subject, new.theme.as_deref()),
            ("小学语文送教下乡", None, Some("习作教学"))
        );
        assert_eq!(new.planned_hours, songjiao_types::Hours::whole(72));
    }

    #[test]
    fn only_what_changed_is_sent() {
        assert_eq!(changed(3, &3), None);
        assert_eq!(changed(None, &Some(3)), Some(None));
        assert_eq!(changed(Some(4), &Some(3)), Some(Some(4)));
    }
}
