//! Questions to cvc5, a local program: is there a flow of which a formula is true?
//!
//! It is asked through Cedar's symbolic compiler. Nothing leaves the machine, and each question has a time limit.

use std::time::Duration;

use cedar_policy::{EvalResult, Policy, RequestEnv, Schema};
use cedar_policy_symcc::err::Error as SymError;
use cedar_policy_symcc::solver::{LocalSolver, WriterSolver};
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicy};
use tokio::process::Command;
use tokio::runtime::Runtime;

use crate::formula::{Assignment, Formula};
use crate::text;
use crate::world::World;

/// What a question gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// There is no such flow.
    Never,
    /// There is one.
    Sometimes(Assignment),
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SolverError {
    /// It took too long, or the solver gave up.
    #[error("the solver found no answer within {} s", .0.as_secs())]
    GaveUp(Duration),
    /// The solver cannot be run or was not understood.
    #[error("the solver failed: {0}")]
    Failed(String),
}

/// A cvc5 that answers questions one after the other.
pub(crate) struct Cvc5 {
    program: String,
    version: String,
    limit: Duration,
    runtime: Runtime,
    /// Absent until the first question, and after one that failed.
    running: Option<CedarSymCompiler<LocalSolver>>,
    pub(crate) asked: usize,
}

impl Cvc5 {
    /// The solver named by `program`, if it is there and says its version.
    pub(crate) fn find(program: &str, limit: Duration) -> Option<Cvc5> {
        let told = std::process::Command::new(program).arg("--version").output().ok()?;
        let told = String::from_utf8(told.stdout).ok()?;
        let version = told.lines().next()?.split("version ").nth(1)?.split_whitespace().next()?.to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        Some(Cvc5 { program: program.to_owned(), version, limit, runtime, running: None, asked: 0 })
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Whether the formula is true of some flow.
    pub(crate) fn ask(&mut self, formula: &Formula, world: &World) -> Result<Answer, SolverError> {
        match formula {
            Formula::False => return Ok(Answer::Never),
            Formula::True => return Ok(Answer::Sometimes(Assignment::new())),
            _ => {}
        }
        let schema = text::schema(formula, world);
        let policy = compiled(&schema, &text::policy(formula, world))?;
        let mut compiler = match self.running.take() {
            Some(compiler) => compiler,
            None => self.start()?,
        };
        self.asked += 1;
        let asked = async {
            // The solver keeps its own limit; this one is for a solver that does not.
            let limit = self.limit + Duration::from_secs(2);
            tokio::time::timeout(limit, compiler.check_never_matches_with_counterexample_opt(&policy)).await
        };
        match self.runtime.block_on(asked) {
            Err(_) | Ok(Err(SymError::SolverUnknown)) => Err(SolverError::GaveUp(self.limit)),
            Ok(Err(error)) => Err(failed(error)),
            Ok(Ok(found)) => {
                self.running = Some(compiler);
                found.map_or(Ok(Answer::Never), |env| Ok(Answer::Sometimes(read(formula, &env.request)?)))
            }
        }
    }

    fn start(&self) -> Result<CedarSymCompiler<LocalSolver>, SolverError> {
        let mut command = Command::new(&self.program);
        command.args(["--lang", "smt", &format!("--tlimit-per={}", self.limit.as_millis())]);
        command.kill_on_drop(true);
        // Spawning registers with the runtime's reactor.
        let _inside = self.runtime.enter();
        let solver = LocalSolver::from_command(&mut command).map_err(failed)?;
        CedarSymCompiler::new(solver).map_err(failed)
    }
}

/// Whether Cedar's symbolic compiler finds, without a solver, that a policy cannot fail to evaluate.
pub(crate) fn never_errors(policy: &Policy, schema: &Schema) -> Result<bool, SolverError> {
    let policy = CompiledPolicy::compile(policy, &environment()?, schema).map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(failed)?;
    let mut compiler = CedarSymCompiler::new(WriterSolver { w: tokio::io::sink() }).map_err(failed)?;
    match runtime.block_on(compiler.check_never_errors_opt(&policy)) {
        Ok(never) => Ok(never),
        Err(SymError::SolverUnknown) => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

fn compiled(schema: &str, policy: &str) -> Result<CompiledPolicy, SolverError> {
    let (schema, _) = Schema::from_cedarschema_str(schema).map_err(failed)?;
    let policy: Policy = policy.parse().map_err(failed)?;
    CompiledPolicy::compile(&policy, &environment()?, &schema).map_err(failed)
}

fn environment() -> Result<RequestEnv, SolverError> {
    let anyone = || "Anyone".parse().map_err(failed::<cedar_policy::ParseErrors>);
    Ok(RequestEnv::new(
        anyone()?,
        r#"Action::"cross""#.parse().map_err(failed::<cedar_policy::ParseErrors>)?,
        anyone()?,
    ))
}

/// The values of a formula's facts in a request.
fn read(formula: &Formula, request: &cedar_policy::Request) -> Result<Assignment, SolverError> {
    let context =
        request.context().ok_or_else(|| SolverError::Failed("a request without facts".to_owned()))?;
    let value = |name: &crate::formula::Name| match context.get(name) {
        Some(EvalResult::Bool(truth)) => Ok((name.clone(), i64::from(truth))),
        Some(EvalResult::Long(number)) => Ok((name.clone(), number)),
        _ => Err(SolverError::Failed(format!("a request without the fact `{name}`"))),
    };
    formula.names().iter().map(value).collect()
}

fn failed<E: std::fmt::Display>(error: E) -> SolverError {
    SolverError::Failed(error.to_string())
}
