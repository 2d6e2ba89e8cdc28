//! Rotation of a webhook's secret, with an overlap in which both secrets sign.

use songjiao_types::{
    FieldError,
    webhooks::{IssuedWebhook, OVERLAP_DEFAULT, OVERLAP_MAX, RotateWebhook, WebhookView},
};
use yew::prelude::*;

use crate::{
    api::{etag, webhooks::rotate_webhook},
    components::{FormView, TextField},
    hooks::{bind, check, field_error, use_form, use_submit},
};

/// Properties of [`RotateForm`].
#[derive(Properties, PartialEq)]
pub struct RotateFormProps {
    pub webhook: WebhookView,
    /// Gets the new secret, to be shown.
    pub onissued: Callback<IssuedWebhook>,
    pub oncancel: Callback<()>,
}

#[derive(Clone)]
struct Draft {
    overlap_hours: String,
}

impl Draft {
    fn to_wire(&self) -> Result<RotateWebhook, Vec<FieldError>> {
        let hours = self.overlap_hours.trim().parse::<i64>().ok().filter(|hours| (0..=OVERLAP_MAX).contains(hours));
        match hours {
            Some(hours) => check(RotateWebhook { overlap_hours: Some(hours) }),
            None => Err(vec![field_error("/overlap_hours", &t!("请填写 0 到 {OVERLAP_MAX} 的整数", OVERLAP_MAX))]),
        }
    }
}

/// Asks for the length of the overlap.
#[component]
pub fn RotateForm(props: &RotateFormProps) -> Html {
    let RotateFormProps { webhook, onissued, oncancel } = props;
    let (id, version) = (webhook.id, etag(webhook.version));
    let form = use_form(|| Draft { overlap_hours: OVERLAP_DEFAULT.to_string() });
    let issued = onissued.clone();
    let submit = use_submit(
        &form,
        Draft::to_wire,
        move |client, body| {
            let version = version.clone();
            async move { rotate_webhook(&client, id, &version, &body).await }
        },
        move |rotated| issued.emit(rotated.value),
    );
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("生成新密钥")} narrow=true oncancel={oncancel.clone()}
            label={t!("轮换签名密钥")}>
            <p>{ t!("将生成一个新的签名密钥。过渡期内每条消息同时带新旧两个密钥的签名，接收方可以从容更换。") }</p>
            <TextField label={t!("过渡期")} required=true inputmode="numeric" maxlength="3" suffix={t!("小时")}
                hint={t!("0 到 {OVERLAP_MAX}。旧密钥已经泄露时填 0，使它立即失效。", OVERLAP_MAX)}
                bind={bind!(form.overlap_hours)} />
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_overlap_is_a_number_of_hours_up_to_a_week() {
        let wire = |text: &str| Draft { overlap_hours: text.into() }.to_wire().ok().and_then(|body| body.overlap_hours);
        assert_eq!([" 24 ", "0", "168"].map(wire), [Some(24), Some(0), Some(168)]);
        assert_eq!(["", "-1", "169", "一天"].map(wire), [None; 4]);
    }
}
