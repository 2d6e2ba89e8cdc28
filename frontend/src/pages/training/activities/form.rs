//! The form that creates and edits an activity.

use std::rc::Rc;

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, OrganizationId, TeacherId, TeamId,
    activities::{ActivityForm as Form, ActivityView, CreateActivity, UpdateActivity},
    training::TrainingDimension,
};
use yew::prelude::*;

use super::named::{ConcernsField, DeliverersField};
use crate::{
    api::phases::{ActivityParent, create_activity, update_activity},
    components::{DateField, FormView, HoursField, OrganizationField, SelectField, TextAreaField, TextField, use_save},
    hooks::{Errors, bind, both, optional_text, use_form},
    i18n::heading,
};

/// The values of the fields.
#[derive(Clone)]
struct Draft {
    title: String,
    form: Option<Form>,
    held_on: Option<NaiveDate>,
    days: String,
    hours: String,
    place: String,
    organization_id: Option<OrganizationId>,
    description: String,
    dimension: Option<TrainingDimension>,
    concerns: Vec<OrganizationId>,
    delivered_by: Vec<TeacherId>,
}

impl Draft {
    fn new(suggested: Option<NaiveDate>) -> Self {
        Self {
            title: String::new(),
            form: None,
            held_on: suggested,
            days: "1".to_owned(),
            hours: String::new(),
            place: String::new(),
            organization_id: None,
            description: String::new(),
            dimension: None,
            concerns: Vec::new(),
            delivered_by: Vec::new(),
        }
    }

    fn of(activity: &ActivityView) -> Self {
        Self {
            title: activity.title.clone(),
            form: Some(activity.form),
            held_on: Some(activity.held_on),
            days: activity.days.to_string(),
            hours: activity.hours.to_string(),
            place: activity.place.clone().unwrap_or_default(),
            organization_id: activity.organization_id,
            description: activity.description.clone().unwrap_or_default(),
            dimension: activity.dimension,
            concerns: activity.concerns.iter().map(|organization| organization.id).collect(),
            delivered_by: activity.delivered_by.iter().map(|deliverer| deliverer.teacher_id).collect(),
        }
    }

    fn to_create(&self) -> Result<CreateActivity, Vec<FieldError>> {
        let mut errors = Errors::required(&[("/title", &self.title)]);
        let hours = errors.hours("/hours", &self.hours);
        let days = errors.parsed("/days", &self.days, t!("请填写整数"));
        let form = errors.chosen("/form", self.form, t!("请选择活动形式"));
        let held_on = errors.chosen("/held_on", self.held_on, t!("请选择日期"));
        errors.build(|| {
            Some(CreateActivity {
                title: self.title.trim().to_owned(),
                form: form?,
                held_on: held_on?,
                days: days?,
                hours: hours?,
                place: optional_text(&self.place),
                organization_id: self.organization_id,
                description: optional_text(&self.description),
                dimension: self.dimension,
                concerns: self.concerns.clone(),
                delivered_by: self.delivered_by.clone(),
            })
        })
    }
}

fn update(all: CreateActivity) -> UpdateActivity {
    UpdateActivity {
        title: Some(all.title),
        form: Some(all.form),
        held_on: Some(all.held_on),
        days: Some(all.days),
        hours: Some(all.hours),
        place: Some(all.place),
        organization_id: Some(all.organization_id),
        description: Some(all.description),
        dimension: Some(all.dimension),
        concerns: Some(all.concerns),
        delivered_by: Some(all.delivered_by),
    }
}

/// Properties of [`ActivityForm`].
#[derive(Properties, PartialEq)]
pub struct ActivityFormProps {
    pub of: ActivityParent,
    /// The team whose members deliver activities.
    #[prop_or_default]
    pub team: Option<TeamId>,
    /// The activity to edit; `None` creates one.
    pub activity: Option<Rc<ActivityView>>,
    /// The date that a new activity is given at first.
    pub suggested: Option<NaiveDate>,
    pub onclose: Callback<()>,
    pub onchange: Callback<()>,
}

/// The form of an activity, in a dialog.
#[component]
pub fn ActivityForm(props: &ActivityFormProps) -> Html {
    let ActivityFormProps { of, team, activity, suggested, onclose, onchange } = props;
    let form = use_form(|| activity.as_deref().map_or_else(|| Draft::new(*suggested), Draft::of));
    let done = both(onclose, onchange);
    let submit = {
        let (of, activity) = (*of, activity.clone());
        let said = if activity.is_some() { t!("活动已保存") } else { t!("活动已添加") };
        use_save(
            &form,
            Draft::to_create,
            move |client, body| {
                let activity = activity.clone();
                async move {
                    match activity {
                        Some(activity) => update_activity(&client, &activity, &update(body)).await,
                        None => create_activity(&client, of, &body).await,
                    }
                }
            },
            move |_| said,
            move |_| done.emit(()),
        )
    };
    let label = if activity.is_some() { t!("编辑活动") } else { t!("添加活动") };
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={if activity.is_some() { t!("保存活动") } else { t!("添加活动") }}
            oncancel={onclose.clone()} onstale={onchange.clone()} {label}>
            <TextField label={heading::<ActivityView>("title")} required=true maxlength="200" autofocus=true placeholder={t!("如：《草原》同课异构")}
                bind={bind!(form.title)} />
            <SelectField<Form> label={heading::<ActivityView>("form")} required=true bind={bind!(form.form)} />
            <DateField label={heading::<ActivityView>("held_on")} required=true bind={bind!(form.held_on)} />
            <TextField label={heading::<ActivityView>("days")} required=true maxlength="2" inputmode="numeric" suffix={t!("天")}
                bind={bind!(form.days)} />
            <HoursField label={heading::<ActivityView>("hours")} required=true hint={t!("全程出勤的学员获得的学时；多天的活动按天平均，逐日登记考勤。")} bind={bind!(form.hours)} />
            <OrganizationField label={t!("所在学校")} hint={t!("入校次数按学校所在学区和日期统计，只填地点的不计入。")} bind={bind!(form.organization_id)} />
            <ConcernsField bind={bind!(form.concerns)} />
            <DeliverersField team={*team} bind={bind!(form.delivered_by)} />
            <SelectField<TrainingDimension> label={heading::<ActivityView>("dimension")} none={t!("与项目相同")} bind={bind!(form.dimension)} />
            <TextField label={heading::<ActivityView>("place")} maxlength="200" placeholder={t!("如：多媒体教室")} bind={bind!(form.place)} />
            <TextAreaField label={heading::<ActivityView>("description")} maxlength="2000" rows=3 bind={bind!(form.description)} />
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_missing_fields_of_an_activity_are_reported_at_once() {
        let pointers = |draft: &Draft| -> Vec<String> {
            draft.to_create().err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
        };
        let mut draft = Draft::new(None);
        assert_eq!(pointers(&draft), ["/title", "/hours", "/form", "/held_on"]);
        draft.title = "同课异构".into();
        draft.form = Some(Form::ParallelLessons);
        draft.held_on = NaiveDate::from_ymd_opt(2026, 4, 1);
        draft.hours = "八".into();
        assert_eq!(pointers(&draft), ["/hours"]);
        draft.hours = "8".into();
        draft.days = "0".into();
        assert_eq!(pointers(&draft), ["/days"]);
        draft.days = "2".into();
        assert!(draft.to_create().is_ok_and(|activity| activity.place.is_none()));
    }
}
