//! The choice of a day, and the correction of a mark after hours were issued.

use chrono::NaiveDate;
use songjiao_types::{
    ActivityId,
    attendance::{AttendanceRow, AttendanceStatus, SheetDay},
    completions::CorrectMark,
};
use yew::prelude::*;

use crate::{
    api::completions::correct_mark,
    components::{Button, ButtonKind, ReasonDialog, Segments, Success, Work, use_reported_action},
    format,
    hooks::both,
};

/// Properties of [`DayChoice`].
#[derive(Properties, PartialEq)]
pub struct DayChoiceProps {
    pub days: Vec<SheetDay>,
    /// How many participants have no mark, in the order of the days.
    pub missing: Vec<usize>,
    pub chosen: NaiveDate,
    pub onday: Callback<NaiveDate>,
}

/// The days of an activity of several days.
#[component]
pub fn DayChoice(props: &DayChoiceProps) -> Html {
    html! {
        <div class="sheet-days" role="group" aria-label={t!("活动日期")}>
            { for props.days.iter().zip(&props.missing).map(|(SheetDay { day, hours, begun }, missing)| {
                let (day, chosen) = (*day, *day == props.chosen);
                html! {
                    <Button key={day.to_string()} kind={if chosen { ButtonKind::Primary } else { ButtonKind::Secondary }}
                        label={t!("{day}，{hours} 学时，未登记 {missing} 人", day = format::long_date(day), hours, missing)}
                        onclick={props.onday.reform(move |_| day)}>
                        { format::date(day) }
                        if !*begun {
                            { t!("（未到）") }
                        } else if *missing > 0 {
                            { t!("（缺 {missing}）", missing) }
                        }
                    </Button>
                }
            }) }
        </div>
    }
}

/// Properties of [`Correction`].
#[derive(Properties, PartialEq)]
pub struct CorrectionProps {
    pub activity: ActivityId,
    pub day: NaiveDate,
    pub row: AttendanceRow,
    pub onclose: Callback<()>,
    pub ondone: Callback<()>,
}

/// Asks for the right mark and the reason.
#[component]
pub fn Correction(props: &CorrectionProps) -> Html {
    let CorrectionProps { activity, day, row, onclose, ondone } = props;
    let status = use_state(|| row.status.unwrap_or(AttendanceStatus::Present));
    let (activity, day, enrollment_id, chosen) = (*activity, *day, row.enrollment_id, *status);
    let work = Work::new(move |client, reason| async move {
        let body = CorrectMark { enrollment_id, day, status: chosen, reason };
        correct_mark(&client, activity, &body).await?;
        Ok(Success::toast(t!("考勤已更正，该学员的学时已重新核定")))
    });
    let correct = use_reported_action(&work, onclose.clone(), both(&Callback::noop(), ondone));
    let onchange = {
        let status = status.setter();
        Callback::from(move |chosen| status.set(chosen))
    };
    html! {
        <ReasonDialog open=true title={t!("更正{teacher_name}的考勤", teacher_name = row.teacher_name)} confirm={t!("确认更正")} busy={correct.busy}
            label={t!("更正原因")} placeholder={t!("如：登记有误，当天已签到")} onconfirm={correct.run.clone()} oncancel={onclose.clone()}>
            <p>{ t!("学时已核发。更正后该学员的学时随原因作废并重新核定，是否结业按全部考勤重新判断。") }</p>
            <Segments<AttendanceStatus> id="corrected-mark" label={t!("更正为")} value={Some(*status)} {onchange} />
        </ReasonDialog>
    }
}
