//! The page that creates an hour record: hours that no project of the platform issues, such as school-based study or
//! training elsewhere.

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, HourRecordId, Permission, TeacherId,
    hour_records::{CreateHourRecord, HourRecordHold, HourRecordQuery, HourRecordStatus, HourRecordView},
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::common::list_crumb;
use crate::{
    api::hour_records::create_hour_record,
    calendar::Calendar,
    components::{
        CheckboxField, DateField, FormView, HoursField, OptionField, PageHeader, Section, SelectField, TeacherField,
        TextField, loaded, use_toasts,
    },
    hooks::{Errors, bind, optional_text, use_calendar, use_page_form, use_submit, use_url_query},
    i18n::heading,
    route::Route,
    session::use_session,
};

/// The values of the fields.
#[derive(Clone, Default)]
struct Draft {
    teacher_id: Option<TeacherId>,
    training_year: String,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    hours: String,
    level: Option<TrainingLevel>,
    mode: Option<TrainingMode>,
    dimension: Option<TrainingDimension>,
    title: String,
    institution: String,
    external_id: String,
    recognized: bool,
    reason: String,
    former_id: Option<HourRecordId>,
}

impl Draft {
    fn to_wire(&self) -> Result<CreateHourRecord, Vec<FieldError>> {
        let mut errors = Errors::required(&[("/title", &self.title), ("/institution", &self.institution)]);
        let hours = errors.hours("/hours", &self.hours);
        let teacher_id = errors.chosen("/teacher_id", self.teacher_id, t!("请选择教师"));
        let training_year = errors.chosen("/training_year", self.training_year.parse().ok(), t!("请选择培训年度"));
        let starts_on = errors.chosen("/starts_on", self.starts_on, t!("请填写开始日期"));
        let ends_on = errors.chosen("/ends_on", self.ends_on, t!("请填写结束日期"));
        let level = errors.chosen("/level", self.level, t!("请选择培训类别"));
        let mode = errors.chosen("/mode", self.mode, t!("请选择培训方式"));
        errors.build(|| {
            Some(CreateHourRecord {
                teacher_id: teacher_id?,
                training_year: training_year?,
                starts_on: starts_on?,
                ends_on: ends_on?,
                hours: hours?,
                level: level?,
                mode: mode?,
                dimension: self.dimension,
                title: self.title.trim().to_owned(),
                institution: self.institution.trim().to_owned(),
                project_id: None,
                phase_id: None,
                source: None,
                external_id: optional_text(&self.external_id),
                former_id: self.former_id,
                status: self.recognized.then_some(HourRecordStatus::Recognized),
                reason: optional_text(&self.reason),
            })
        })
    }
}

/// Creates an hour record, for `?teacher_id=` if given.
#[component]
pub fn CreatePage() -> Html {
    let load = use_calendar();
    html! {
        <>
            <PageHeader title={t!("录入学时")} crumbs={vec![list_crumb()]}
                subtitle={t!("平台项目的学时在结业时自动发放，不必录入。这里登记校本研修、外出培训等其他学时。")} />
            { loaded(&load, |calendar| {
                let calendar = Calendar::of(calendar);
                html! { <RecordForm {calendar} /> }
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct RecordFormProps {
    calendar: Calendar,
}

#[component]
fn RecordForm(props: &RecordFormProps) -> Html {
    let calendar = &props.calendar;
    let session = use_session();
    let may_recognize = session.can(Permission::HoursRecognize);
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let url = use_url_query();
    let former_id = url.get("former_id").and_then(|id| id.parse().ok());
    let query: HourRecordQuery = url.read();
    let form = use_page_form(|| Draft {
        teacher_id: query.teacher_id,
        former_id,
        training_year: calendar.year.to_string(),
        institution: session.me().map(|me| me.organization.name.clone()).unwrap_or_default(),
        ..Draft::default()
    });
    let submit = use_submit(
        &form,
        Draft::to_wire,
        |client, body| async move { create_hour_record(&client, &body).await },
        move |created| {
            let record = created.value;
            toasts.success(match record.status {
                _ if record.holds.contains(HourRecordHold::Suspected) => {
                    t!("已登记，但疑似与其他登记重复，须核对后认定").to_owned()
                }
                HourRecordStatus::Recognized => t!("已登记并认定 {hours} 学时", hours = record.hours),
                _ => t!("已登记 {hours} 学时，等待认定", hours = record.hours),
            });
            navigator.replace(&Route::HourRecord { id: record.id });
        },
    );
    let draft = form.draft();
    html! {
        <Section>
            <FormView status={form.status()} onsubmit={submit} submit={t!("登记学时")} cancel={Route::HourRecords} label={t!("录入学时")}>
                <TeacherField label={t!("教师")} required=true placeholder={t!("输入姓名或教师编号")} bind={bind!(form.teacher_id)} />
                <OptionField label={heading::<HourRecordView>("training_year")} required=true options={calendar.year_options()} hint={t!("学时计入哪个年度，不一定是结束日期所在的年度。")}
                    bind={bind!(form.training_year)} />
                <TextField label={heading::<HourRecordView>("title")} required=true maxlength="200" placeholder={t!("如：校本主题研修“有效提问”")}
                    bind={bind!(form.title)} />
                <TextField label={heading::<HourRecordView>("institution")} required=true maxlength="200" hint={t!("组织培训的单位。")} bind={bind!(form.institution)} />
                <SelectField<TrainingLevel> label={heading::<HourRecordView>("level")} required=true bind={bind!(form.level)} />
                <SelectField<TrainingMode> label={heading::<HourRecordView>("mode")} required=true bind={bind!(form.mode)} />
                <SelectField<TrainingDimension> label={heading::<HourRecordView>("dimension")} none={t!("不填")} hint={t!("选填：这次培训主要提升哪一方面。")}
                    bind={bind!(form.dimension)} />
                <DateField label={heading::<HourRecordView>("starts_on")} required=true bind={bind!(form.starts_on)} />
                <DateField label={heading::<HourRecordView>("ends_on")} required=true min={draft.starts_on} hint={t!("学时计入教师当天任职的单位。")}
                    bind={bind!(form.ends_on)} />
                <HoursField label={heading::<HourRecordView>("hours")} required=true bind={bind!(form.hours)} />
                <TextField label={heading::<HourRecordView>("external_id")} maxlength="128" hint={t!("选填：证书编号或原平台的记录编号，用来防止重复登记。")}
                    bind={bind!(form.external_id)} />
                if may_recognize {
                    <CheckboxField label={t!("登记后直接认定")} hint={t!("不勾选则先列为待认定。")}
                        bind={form.bind("/status", draft.recognized, |draft, yes| draft.recognized = yes)} />
                    if draft.recognized && draft.training_year != calendar.year.to_string() {
                        <TextField label={t!("补录原因")} maxlength="500" hint={t!("该年度已结账时必填。")} bind={bind!(form.reason)} />
                    }
                }
            </FormView>
        </Section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            teacher_id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok(),
            training_year: "2026".into(),
            starts_on: NaiveDate::from_ymd_opt(2026, 7, 6),
            ends_on: NaiveDate::from_ymd_opt(2026, 7, 10),
            hours: "40".into(),
            level: Some(TrainingLevel::School),
            mode: Some(TrainingMode::FaceToFace),
            title: "校本研修".into(),
            institution: "三中".into(),
            ..Draft::default()
        }
    }

    fn pointers(draft: &Draft) -> Vec<String> {
        draft.to_wire().err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn all_missing_fields_are_reported_at_once() {
        assert_eq!(
            pointers(&Draft::default()),
            [
                "/title",
                "/institution",
                "/hours",
                "/teacher_id",
                "/training_year",
                "/starts_on",
                "/ends_on",
                "/level",
                "/mode"
            ]
        );
    }

    #[test]
    fn hours_have_two_decimals_and_days_their_order() {
        assert_eq!(pointers(&Draft { hours: "1.555".into(), ..draft() }), ["/hours"]);
        assert_eq!(pointers(&Draft { hours: "0".into(), ..draft() }), ["/hours"]);
        assert_eq!(pointers(&Draft { ends_on: NaiveDate::from_ymd_opt(2026, 7, 5), ..draft() }), ["/ends_on"]);
    }

    #[test]
    fn hours_are_pending_unless_recognized_at_once() {
        assert!(draft().to_wire().is_ok_and(|body| body.status.is_none() && body.external_id.is_none()));
        let at_once = Draft { recognized: true, ..draft() };
        assert!(at_once.to_wire().is_ok_and(|body| body.status == Some(HourRecordStatus::Recognized)));
    }
}
