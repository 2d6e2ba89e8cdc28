//! A dialog that shows a new secret once.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Button, ButtonKind, Dialog, Field, IconName, Notice, Tone, use_toasts};

/// Properties of [`SecretDialog`].
#[derive(Properties, PartialEq)]
pub struct SecretDialogProps {
    pub open: bool,
    /// Names the owner of the secret.
    pub title: AttrValue,
    /// `None` if the first answer was lost: the repeated one does not hold the secret.
    pub secret: Option<AttrValue>,
    pub onclose: Callback<()>,
    /// What the secret is used for.
    #[prop_or_default]
    pub children: Html,
}

/// Shows a new secret to be copied.
#[component]
pub fn SecretDialog(props: &SecretDialogProps) -> Html {
    let SecretDialogProps { open, title, secret, onclose, children } = props;
    let footer = html! {
        <Button kind={ButtonKind::Primary} onclick={onclose.reform(|_| ())}>{ t!("我已保存密钥") }</Button>
    };
    html! {
        <Dialog open={*open} {title} onclose={onclose.clone()} {footer}>
            if let Some(secret) = secret.clone() {
                <div class="stack">
                    <Secret {secret} />
                    { children.clone() }
                </div>
            } else {
                <Notice tone={Tone::Warning} title={t!("密钥已生成，但未能显示")}>{ t!("请用“轮换”再生成一个。") }</Notice>
            }
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct SecretProps {
    secret: AttrValue,
}

#[component]
fn Secret(props: &SecretProps) -> Html {
    let toasts = use_toasts();
    let field = use_node_ref();
    let copy = {
        let (field, secret) = (field.clone(), props.secret.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                field.select();
            }
            let (toasts, secret) = (toasts.clone(), secret.clone());
            spawn_local(async move {
                let copied = match web_sys::window() {
                    // The clipboard is available in secure contexts only.
                    Some(window) if window.is_secure_context() => {
                        JsFuture::from(window.navigator().clipboard().write_text(&secret)).await.is_ok()
                    }
                    _ => false,
                };
                toasts.success(if copied {
                    t!("密钥已复制")
                } else {
                    t!("已选中密钥，请按 Ctrl+C 复制")
                });
            });
        })
    };
    html! {
        <>
            <Notice tone={Tone::Warning} title={t!("密钥只显示这一次")}>
                { t!("请立即复制并妥善保存；关闭后无法再次查看。") }
            </Notice>
            <Field id="secret" label={t!("密钥")}>
                <input id="secret" class="mono" ref={field} type="text" readonly=true value={props.secret.clone()}
                    autocomplete="off" spellcheck="false" />
            </Field>
            <Button icon={IconName::Key} onclick={copy}>{ t!("复制密钥") }</Button>
        </>
    }
}
