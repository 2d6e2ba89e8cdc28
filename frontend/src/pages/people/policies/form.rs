//! The page that creates a policy. The form starts with the policy that holds, and asks for a confirmation that shows
//! every change and its effect, since a published policy is never edited.

use songjiao_types::{
    OrganizationId,
    organizations::{OrganizationKind, OrganizationQuery},
    policies::{PolicyPreview, PolicyQuery, PolicyView},
};
use web_sys::HtmlSelectElement;
use yew::prelude::*;
use yew_router::prelude::*;

use super::{common::list_crumb, draft::Draft, fields::fields, preview::preview};
use crate::{
    api::{
        organizations::list_organizations,
        policies::{create_policy, list_policies, preview_policy},
    },
    components::{Button, ButtonKind, Dialog, FormView, Notice, PageHeader, Section, loaded, use_toasts},
    format,
    hooks::{set_to, use_dry_run, use_page_form, use_query, use_submit},
    route::Route,
    session::use_session,
};

/// The policies and bureaus that are read at once.
const MOST: Option<i64> = Some(500);

/// Creates a policy.
#[component]
pub fn CreatePage() -> Html {
    let session = use_session();
    let chosen = use_state(|| session.me().map(|me| me.scope.id));
    let query = PolicyQuery { organization_id: *chosen, limit: MOST, ..Default::default() };
    let load = use_query(Some(list_policies(&query)));
    let bureaus = OrganizationQuery { kind: Some(OrganizationKind::Bureau), limit: MOST, ..Default::default() };
    let bureaus = use_query(Some(list_organizations(&bureaus)));
    let bureaus = bureaus.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let choose = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            chosen.set(event.target_unchecked_into::<HtmlSelectElement>().value().parse().ok());
        })
    };
    html! {
        <>
            <PageHeader title={t!("制定新参数")} crumbs={vec![list_crumb()]} />
            if bureaus.len() > 1 {
                <Section>
                    <div class="field">
                        <label for="bureau">{ t!("适用的教育局及其下属单位") }</label>
                        <select id="bureau" onchange={choose}>
                            { for bureaus.iter().map(|bureau| html! {
                                <option value={bureau.id.to_string()} selected={Some(bureau.id) == *chosen}>{ &bureau.name }</option>
                            }) }
                        </select>
                    </div>
                </Section>
            }
            { loaded(&load, |page| match (*chosen).and_then(|bureau| start(&page.items, bureau)) {
                Some((policy, calendar, bureau)) => {
                    html! { <PolicyForm key={bureau.to_string()} policy={policy.clone()} calendar={calendar.clone()} {bureau} /> }
                }
                None => html! { <Notice>{ t!("还没有政策参数") }</Notice> },
            }) }
        </>
    }
}

/// The policy with which a bureau's form starts, and the root's, which has the calendar: in force, or the next one.
fn start(policies: &[PolicyView], bureau: OrganizationId) -> Option<(&PolicyView, &PolicyView, OrganizationId)> {
    let latest = |of: &dyn Fn(&PolicyView) -> bool| {
        policies.iter().find(|policy| policy.in_force && of(policy)).or(policies.iter().rfind(|policy| of(policy)))
    };
    let root = latest(&|policy| policy.cycle_years.is_some())?;
    let own = latest(&|policy| policy.organization_id == bureau);
    Some((own.unwrap_or(root), root, bureau))
}

#[derive(Properties, PartialEq)]
struct PolicyFormProps {
    policy: PolicyView,
    calendar: PolicyView,
    bureau: OrganizationId,
}

#[component]
fn PolicyForm(props: &PolicyFormProps) -> Html {
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let previewed = use_state(|| None::<PolicyPreview>);
    let form = use_page_form(|| Draft::of(&props.policy, &props.calendar, props.bureau));
    let check = {
        let previewed = previewed.clone();
        use_dry_run(
            &form,
            Draft::to_wire,
            |client, body| async move { preview_policy(&client, &body).await },
            move |answer| previewed.set(Some(answer.value)),
        )
    };
    let send = use_submit(
        &form,
        Draft::to_wire,
        |client, body| async move { create_policy(&client, &body).await },
        move |created| {
            toasts
                .success(t!("新参数已发布，自 {created} 起生效", created = format::date(created.value.effective_from)));
            navigator.replace(&Route::Policies);
        },
    );
    let close = set_to(&previewed, None);
    let confirm = {
        let close = close.clone();
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            send.emit(());
        })
    };
    let footer = html! {
        <>
            <Button onclick={close.reform(|_| ())}>{ t!("取消") }</Button>
            <Button kind={ButtonKind::Primary} onclick={confirm}>{ t!("确认发布") }</Button>
        </>
    };
    html! {
        <Section>
            <Notice>{ t!("发布后不能修改，只能再发布新的参数。生效日期之前开始的培训年度仍按原参数考核。") }</Notice>
            <FormView status={form.status()} onsubmit={check} submit={t!("发布新参数")} cancel={Route::Policies} label={t!("制定新参数")}>
                { fields(&form) }
            </FormView>
            <Dialog open={previewed.is_some()} wide=true title={t!("发布新的政策参数？")} onclose={close} {footer}>
                { previewed.as_ref().map(preview).unwrap_or_default() }
            </Dialog>
        </Section>
    }
}
