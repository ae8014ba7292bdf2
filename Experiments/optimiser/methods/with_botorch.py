"""BoTorch: SingleTaskGP with log expected improvement on the values, and a composite model: a
fixed-noise SingleTaskGP on the latents under the known costs. Both search the levels of all choices (of bits
two), evenly spaced in [0, 1], by BoTorch's discrete local search.

Two concessions to time, for BoTorch needs several seconds a proposal otherwise. Hyper-parameters start
from the last fit, and are fitted after each trial up to the 30th, then after every 5th, from the 60th
after every 10th; between fits the model is conditioned on all data with the hyper-parameters kept. The
local search starts from 4 of 256 points and not from 20 of 4096.
"""
import warnings

import torch
from botorch.acquisition import LogExpectedImprovement, qLogExpectedImprovement
from botorch.acquisition.objective import GenericMCObjective
from botorch.models import SingleTaskGP
from botorch.models.transforms import Standardize
from botorch.optim import optimize_acqf_discrete_local_search
from botorch.optim.fit import fit_gpytorch_mll_scipy
from botorch.sampling import SobolQMCNormalSampler
from gpytorch.mlls import ExactMarginalLogLikelihood

from . import Method

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class _BoTorch(Method):
    def __init__(self, problem, seed, budget):
        super().__init__(problem, seed, budget)
        warnings.filterwarnings("ignore")
        torch.manual_seed(seed)
        self.inputs, self.targets, self.variances = [], [], []
        self.state, self.fitted_at, self.current = None, 0, None

    def tell(self, point, observation):
        super().tell(point, observation)
        self.inputs.append([
            level / (levels - 1)
            for level, levels in zip(self.problem.decode(point), self.problem.choices())])
        self.targets.append(self.target(observation))
        self.variances.append(observation.variance)
        self.current = None

    def model(self):
        if self.current is not None:
            return self.current
        count = len(self.inputs)
        inputs = torch.tensor(self.inputs)
        targets = torch.tensor(self.targets).unsqueeze(-1)
        model = SingleTaskGP(
            inputs, targets, outcome_transform=Standardize(m=1), **self.noise())
        if self.state is not None:
            # Of the last fit all but what belongs to the data.
            own = model.state_dict()
            kept = ("covar_module", "mean_module", "likelihood.noise_covar.raw_noise")
            model.load_state_dict({
                key: self.state[key] if key.startswith(kept) and key in self.state else own[key]
                for key in own})
        interval = 1 if count <= 30 else 5 if count <= 60 else 10
        if self.state is None or count - self.fitted_at >= interval:
            model.train()
            likelihood = ExactMarginalLogLikelihood(model.likelihood, model)
            fit_gpytorch_mll_scipy(likelihood, options={"maxiter": 200})
            self.state = {key: value.clone() for key, value in model.state_dict().items()}
            self.fitted_at = count
        model.eval()
        self.current = model
        return model

    def ask(self):
        model = self.model()
        value, _ = optimize_acqf_discrete_local_search(
            self.acquisition(model),
            discrete_choices=[torch.linspace(0, 1, levels) for levels in self.problem.choices()],
            q=1, num_restarts=4, raw_samples=256, X_avoid=torch.tensor(self.inputs), unique=True)
        return self.problem.encode([
            round(x * (levels - 1)) for x, levels in zip(value[0].tolist(), self.problem.choices())])

    def recommend(self):
        """The largest posterior mean among the points tried."""
        means = self.objective_means(self.model())
        index = int(means.argmax())
        return self.told[index][0], float(means[index])


class LogEI(_BoTorch):
    def target(self, observation):
        return observation.value

    def noise(self):
        return {}

    def acquisition(self, model):
        return LogExpectedImprovement(model, best_f=self.objective_means(model).max())

    def objective_means(self, model):
        return model.posterior(torch.tensor(self.inputs)).mean.squeeze(-1).detach()


class Composite(_BoTorch):
    def target(self, observation):
        return observation.latent

    def noise(self):
        return {"train_Yvar": torch.tensor(self.variances).unsqueeze(-1)}

    def speedup(self, latent, inputs):
        problem = self.problem
        choices, steps = zip(*problem.thermometer())
        thresholds = torch.tensor([
            (level - 0.5) / (problem.choices()[choice] - 1) for choice, level in zip(choices, steps)])
        zeros = (inputs[..., list(choices)] < thresholds).to(inputs)
        cost = problem.base_cost + zeros @ torch.tensor(problem.costs)
        for i, j, pair in problem.pair_costs:
            cost = cost + pair * zeros[..., i] * zeros[..., j]
        alpha = torch.sigmoid(latent)
        emitted, power, best = 1.0, 1.0, None
        for drafts, verification in enumerate(problem.verification_costs, 1):
            power = power * alpha
            emitted = emitted + power
            value = emitted / (drafts * cost + verification)
            best = value if best is None else torch.maximum(best, value)
        return best

    def acquisition(self, model):
        return qLogExpectedImprovement(
            model, best_f=self.objective_means(model).max(),
            sampler=SobolQMCNormalSampler(torch.Size([64]), seed=self.seed),
            objective=GenericMCObjective(lambda samples, X: self.speedup(samples.squeeze(-1), X)))

    def objective_means(self, model):
        inputs = torch.tensor(self.inputs)
        latent = model.posterior(inputs).mean.squeeze(-1).detach()
        return self.speedup(latent, inputs)
