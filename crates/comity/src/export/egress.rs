//! `comity export egress`: packet filter rules made from the estate, so that nothing goes round the border.
//!
//! Rules are text made from the estate and the arguments alone: no name is looked up and no socket opened, so the
//! same input gives the same rules. What a filter cannot express is refused by name and never widened in silence.

use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::cli::{Cli, EgressArgs, Filter, Format};
use crate::{loading, show};

mod addresses;
mod cilium;
mod destination;
mod kubernetes;
mod label;
mod nftables;
mod plan;
mod service_user;

pub(crate) use label::Label;
pub(crate) use service_user::ServiceUser;

use addresses::Addresses;
use plan::Plan;

pub(crate) fn run(cli: &Cli, args: &EgressArgs) -> anyhow::Result<ExitCode> {
    let estate = loading::estate(&cli.estate)?;
    let plan = Plan::of(&estate, args.listen)?;
    let addresses = addresses(args)?;
    let Some(filter) = args.filter else {
        shown(cli, &plan)?;
        return Ok(ExitCode::SUCCESS);
    };
    if cli.format == Format::Json {
        bail!("rules have a form of their own: leave out `--for`, or `--format json`");
    }
    let rules = match filter {
        Filter::Cilium => cilium::policy(&plan, &args.dns, &args.pods),
        Filter::Kubernetes => {
            kubernetes::policy(&plan, &placed(&plan, &addresses, true)?, &args.dns, &args.pods)
        }
        Filter::Nftables => nftables::table(&plan, &placed(&plan, &addresses, false)?, &args.dns, &args.user),
    };
    show::line(rules.trim_end());
    Ok(ExitCode::SUCCESS)
}

fn addresses(args: &EgressArgs) -> anyhow::Result<Addresses> {
    let Some(path) = &args.resolved else { return Ok(Addresses::default()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the addresses in `{}` cannot be read", path.display()))?;
    text.parse::<Addresses>().with_context(|| format!("`{}` is no list of addresses", path.display()))
}

/// Where each destination is; services of the cluster need no address where the filter knows pods.
fn placed(plan: &Plan, addresses: &Addresses, knows_pods: bool) -> anyhow::Result<plan::Placed> {
    plan.placed(addresses, knows_pods).context("this filter knows addresses and no names")
}

fn shown(cli: &Cli, plan: &Plan) -> anyhow::Result<()> {
    match cli.format {
        Format::Json => show::json(&data(plan)),
        Format::Text => {
            lines(plan).iter().for_each(show::line);
            Ok(())
        }
    }
}

fn data(plan: &Plan) -> Value {
    let each = |all: &plan::Destinations| -> Vec<Value> {
        let of =
            all.iter().map(|(to, ids)| json!({ "host": to.host.to_string(), "port": to.port, "for": ids }));
        of.collect()
    };
    json!({
        "estate": plan.estate, "egress": each(&plan.abroad), "dns": plan.asks_dns(),
        "this_machine": each(&plan.here), "embedded": plan.embedded, "ingress": plan.listen,
    })
}

fn lines(plan: &Plan) -> Vec<String> {
    let mut lines = vec![show::bold("may be reached")];
    lines.extend(plan.abroad.iter().map(|(to, ids)| format!("  {to}  for {}", plan::named(ids))));
    lines.extend(plan.asks_dns().then(|| "  DNS  for their names".to_owned()));
    if plan.abroad.is_empty() {
        lines.push("  nothing: no endpoint is on another machine".to_owned());
    }
    if !plan.here.is_empty() || !plan.embedded.is_empty() {
        lines.push(show::bold("stays on this machine"));
        lines.extend(plan.here.iter().map(|(to, ids)| format!("  {to}  for {}", plan::named(ids))));
        lines.extend(
            (!plan.embedded.is_empty())
                .then(|| format!("  inside the process: {}", plan::named(&plan.embedded))),
        );
    }
    lines.push(show::bold("listens at"));
    lines.extend(plan.listen.iter().map(|address| format!("  {address}")));
    lines.push(show::dim(format!("estate {}", show::short(&plan.estate))));
    lines
}
