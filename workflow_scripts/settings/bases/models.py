"""Options that several models share."""

from typing import Literal

from pydantic import model_validator

from workflow_scripts.settings.declared import Declared, kind_of_option, option

LearningRate = kind_of_option(float, "Learning rate.", gt=0)
GeneratorRate = kind_of_option(float, "Learning rate of the generator.", gt=0)
DiscriminatorRate = kind_of_option(float, "Learning rate of the discriminator.", gt=0)
Latent = kind_of_option(int, "Length of the latent vector.", ge=1)
Factor = kind_of_option(int, "Channels at one resolution, in multiples of the width.", ge=1)
Width = kind_of_option(int, "Channels of the largest map; smaller maps have multiples of it.", ge=1)
RealLabel = kind_of_option(
    float, "Label of real samples; below 1: one-sided smoothing (Salimans et al. 2016).", gt=0.5, le=1
)
Dropped = kind_of_option(
    float, "Fraction of the training samples whose conditioning is dropped; guidance needs some.", ge=0, lt=1
)


class LatentOptions(Declared):
    """Models with a latent vector."""

    latent: Latent = 100


class AdamOptions(Declared):
    """Models with one optimiser."""

    lr: LearningRate = 1e-3


class CompactOptions(Declared):
    """GANs with a short latent vector, and one learning rate for both networks."""

    latent: Latent = 64
    lr: LearningRate = 2e-4


class SmoothedLabelOptions(Declared):
    """Discriminators with one-sided label smoothing."""

    label: RealLabel = 0.9


class ConvolutionalOptions(LatentOptions):
    """A generator and a discriminator of convolutions."""

    width: Width = 64


class AdversarialOptions(ConvolutionalOptions):
    """DCGAN: a learning rate for each of the two networks."""

    lr_generator: GeneratorRate = 1e-4
    lr_discriminator: DiscriminatorRate = 2e-4
    label: RealLabel = 1.0


class CentringOptions(Declared):
    """Networks for stamps of one source at the centre."""

    centred: bool = option(False, "Add input maps of the distance to the centre and of a sketch of the conditioning.")
    patch: int = option(
        1, "Side of the squares that share one place of the largest map; 2 halves the time at twice the width.", ge=1
    )


class TransportOptions(AdamOptions, CentringOptions):
    """A U-Net from noise to data, with classifier-free guidance (Ho and Salimans 2022)."""

    width: int = option(32, "Channels of the largest map of the U-Net.", ge=8, multiple_of=8)
    factors: list[Factor] = option([1, 2, 2], "Channels at each resolution, in multiples of width.", min_length=1)
    drop: Dropped = 0.1
    guidance: float = option(1.0, "Weight of the conditioning; 1: no guidance.", ge=0)


class DiffusionOptions(TransportOptions):
    """Size, training noise and sampling of a diffusion model (Karras et al. 2022).

    Heun's method takes 2 n - 1 evaluations, the multistep solver (DPM-Solver++ of order 2, Lu et al. 2022) n; guided
    ones count twice. The paper's 18 steps widen a Gaussian by 5.5 % where the denoiser is exact, 40 steps by 1 %, with
    both. `noise_mean` and `noise_std` are the paper's, for photographs: an object that fills a stamp is decided at a
    noise that hides single pixels, and wants 0 and 1.5. Steps end at `lowest` and add a little noise; the last one, at
    once, removes some of the data's own: choose the level where the two cancel.
    """

    guided_from: float = option(0.0, "Lowest noise with guidance; below, nothing is left to decide.")
    guided_to: float = option(
        100.0, "Highest noise with guidance; above, the conditioning hides all else (Kynkäänniemi et al. 2024)."
    )
    n_steps: int = option(18, "Number of sampling steps.", ge=2)
    solver: Literal["heun", "multistep"] = option("heun", "Solver: two evaluations per step, or one and a memory.")
    noise_mean: float = option(-1.2, "Mean of the logarithm of the training noise.")
    noise_std: float = option(1.2, "Standard deviation of the logarithm of the training noise.", gt=0)
    lowest: float = option(0.002, "Noise at which the steps end.", gt=0, lt=80)

    @model_validator(mode="after")
    def check_guidance(self):
        """Refuse an empty range of guidance."""
        if self.guided_from > self.guided_to:
            raise ValueError(f"guided_from: {self.guided_from} is above guided_to, {self.guided_to}")
        return self


class ScoreOptions(AdamOptions):
    """Networks that predict a score."""

    width: int = option(16, "Channels of the first convolution; later ones have multiples of it.", ge=1)
    side: int = option(128, "Larger images are reduced to this side by averaging; 0: never.", unit="pixel", ge=0)
    middle: float = option(4.0, "Initial score of the training.")


class PhysicsOptions(Declared):
    """Generators with a physics loss."""

    physics_weight: float = option(3.0, "Weight of the predictor's error in the loss.", ge=0)
